import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fixedToken, githubClient } from "@universe-optimize/github-fork/github";
import {
  DEFAULT_CRITERIA,
  discover,
  type DiscoveryCriteria,
  type DiscoveryList,
} from "@universe-optimize/project-discovery";
import { runUntilKilled } from "@universe-optimize/test-servers/crash";
import {
  type GitHubLimits,
  type GitHubServer,
  startGitHub,
  syntheticUniverse,
} from "@universe-optimize/test-servers/github";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fittingRepositories, keyOfCall, requestOfKey } from "./support/truth.ts";

const PROGRAM = fileURLToPath(new URL("support/discover-program.ts", import.meta.url));
const NOW = "2026-06-01T00:00:00Z";
const now = (): Date => new Date(NOW);
/** Half of the repositories have one star count, so that stars alone do not divide them. */
const UNIVERSE = { seed: 7, count: 5000, crowd: 2500, now: NOW };
const CRITERIA: DiscoveryCriteria = { ...DEFAULT_CRITERIA, minStars: 100 };
const NO_LIMITS: GitHubLimits = {
  requestsPerHour: 1_000_000,
  searchesPerMinute: 1_000_000,
  pointsPerMinute: 1_000_000,
};

let folder: string;
let journal: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "discover-"));
  journal = join(folder, "discovery", "journal.jsonl");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface World {
  readonly github: GitHubServer;
  readonly token: string;
  /** The token's name in the emulator's log. */
  readonly tokenId: string;
}

async function start(options: Parameters<typeof startGitHub>[0] = {}): Promise<World> {
  const github = await startGitHub({ limits: NO_LIMITS, checkOpenApi: false, ...options });
  await github.addUser({ login: "asker" });
  const { token, id } = await github.addToken({ login: "asker", scopes: ["public_repo"] });
  return { github, token, tokenId: id };
}

function find(
  { github, token }: World,
  more: Partial<Parameters<typeof discover>[0]> = {},
): Promise<DiscoveryList> {
  const pace = { limitPauseMs: 300, retryPauseMs: 10, pointsPerMinute: 1_000_000 };
  const reader = githubClient({ token: fixedToken(token), apiUrl: github.apiUrl, pace });
  return discover({ github: reader, criteria: CRITERIA, journal, now, incompletePauseMs: 10, ...more });
}

const names = ({ projects }: DiscoveryList): string[] => projects.map(({ repo }) => repo).toSorted();

describe("in 5,000 repositories", () => {
  test("finds all that fit and nothing else, each question asked once", { timeout: 120_000 }, async () => {
    const world = await start();
    await using github = world.github;
    await github.addUniverse(UNIVERSE);
    const list = await find(world);
    const truth = fittingRepositories(syntheticUniverse(UNIVERSE), CRITERIA, now());
    expect(truth.length).toBeGreaterThan(100);
    expect(names(list)).toEqual(truth);
    expect(list).toMatchObject({ complete: true, warnings: [] });
    expect(list.projects.map(({ number }) => number)).toEqual(truth.map((_, index) => index + 1));
    const calls = (await github.calls()).filter(({ path }) => path.includes("/api/v3/"));
    expect(calls).toHaveLength(list.requests);
    expect(new Set(calls.map(keyOfCall)).size).toBe(calls.length);
    // Beyond GitHub's 1,000 results of one query nothing was asked for.
    expect(calls.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);

    // A later run asks for pages anew, and for the files of what was pushed to since.
    const [first = "", second = ""] = truth;
    await github.changeRepository(first, { pushedAt: "2026-05-31T23:30:00Z" });
    await github.changeRepository(second, { stars: 5 });
    const again = await find(world);
    expect(names(again)).toEqual(truth.filter((repo) => repo !== second));
    const later = (await github.calls()).slice(calls.length).map(keyOfCall);
    expect(later.filter((key) => !key.startsWith("search "))).toEqual([`tree ${first}`]);
    expect(again.requests).toBe(later.length);
  });

  test(
    "survives SIGKILL at several points and asks nothing again that was kept",
    { timeout: 120_000 },
    async () => {
      const world = await start();
      await using github = world.github;
      await github.addUniverse(UNIVERSE);
      const kept = new Set<string>();
      const run = async (stopAfter: number): Promise<readonly string[]> => {
        const before = (await github.calls()).length;
        const result = await runUntilKilled({
          command: [process.execPath, PROGRAM, github.apiUrl, journal, JSON.stringify(CRITERIA), NOW],
          stdin: world.token,
          when: (_, index) => index + 1 === stopAfter,
        });
        if (Number.isFinite(stopAfter)) expect(result.killed).toBe(true);
        else expect(result).toMatchObject({ exitCode: 0 });
        const asked = (await github.calls()).slice(before).map(keyOfCall);
        expect(asked.filter((key) => kept.has(key))).toEqual([]);
        for (const line of result.lines) if (line.startsWith("kept ")) kept.add(requestOfKey(line.slice(5)));
        return result.lines;
      };
      for (const point of [1, 12, 150, 600]) await run(point);
      const lines = await run(Number.POSITIVE_INFINITY);
      const truth = fittingRepositories(syntheticUniverse(UNIVERSE), CRITERIA, now());
      expect(JSON.parse(lines.at(-1)?.replace(/^found /u, "") ?? "")).toEqual(truth);
    },
  );
});

/** Requests that a limit stopped. */
async function refused(github: GitHubServer): Promise<number> {
  return (await github.calls()).filter(({ status }) => status === 403 || status === 429).length;
}

describe("with GitHub in the way", () => {
  const SMALL = { seed: 3, count: 300, now: NOW };
  const truth = fittingRepositories(syntheticUniverse(SMALL), CRITERIA, now());

  test("keeps to GitHub's own description of requests and answers", { timeout: 60_000 }, async () => {
    const world = await start({ checkOpenApi: true });
    await using github = world.github;
    await github.addUniverse(SMALL);
    expect(names(await find(world))).toEqual(truth);
    expect(await github.mismatches()).toEqual([]);
  });

  test(
    "waits for the limits of search and of the hour, and makes no request inside a cool-down",
    { timeout: 60_000 },
    async () => {
      const limits = { ...NO_LIMITS, searchesPerMinute: 3, minuteMs: 700, requestsPerHour: 40, hourMs: 1500 };
      const world = await start({ limits });
      await using github = world.github;
      await github.addUniverse(SMALL);
      expect(names(await find(world))).toEqual(truth);
      // It waited where nothing was left, before anything was refused.
      expect((await github.calls()).length).toBeGreaterThan(limits.requestsPerHour);
      expect(await refused(github)).toBe(0);
      expect(await github.violations()).toEqual([]);
    },
  );

  test("waits out secondary limits that name no time", { timeout: 60_000 }, async () => {
    const world = await start();
    await using github = world.github;
    await github.addUniverse(SMALL);
    const progress = ({ requests }: { requests: number }): void => {
      if (requests === 10 || requests === 40) void github.beginLimit(world.tokenId, { cooldownMs: 250 });
    };
    expect(names(await find(world, { progress }))).toEqual(truth);
    expect(await refused(github)).toBe(2);
    expect(await github.violations()).toEqual([]);
  });

  test("asks again for pages that were incomplete, and cuts what stays so", { timeout: 60_000 }, async () => {
    const world = await start();
    await using github = world.github;
    await github.addUniverse(SMALL);
    await github.incompleteSearches(7);
    const list = await find(world);
    expect(names(list)).toEqual(truth);
    expect(list.warnings).toEqual([]);
  });

  test("stops after maxRequests and goes on in the next call", { timeout: 60_000 }, async () => {
    const world = await start();
    await using github = world.github;
    await github.addUniverse(SMALL);
    let requests = 0;
    let list: DiscoveryList;
    do {
      list = await find(world, { maxRequests: 25 });
      expect(list.requests).toBeLessThanOrEqual(25);
      requests += list.requests;
    } while (!list.complete);
    expect(names(list)).toEqual(truth);
    expect(new Set((await github.calls()).map(keyOfCall)).size).toBe(requests);
  });

  test(
    "repeats reads that the server failed, and says so when it goes on failing",
    { timeout: 60_000 },
    async () => {
      const world = await start();
      await using github = world.github;
      await github.addUniverse(SMALL);
      await github.addFault({ path: "/repos/*/git/trees/*", act: { status: 502 }, nth: [1, 2, 3] });
      await github.addFault({ path: "/orgs/*", act: "cut", nth: [1, 2] });
      expect(names(await find(world))).toEqual(truth);
      await github.addFault({ path: "/search/*", act: { status: 503 } });
      const tomorrow = (): Date => new Date("2026-06-02T00:00:00Z");
      await expect(find(world, { now: tomorrow })).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("goes on where it was"),
      });
    },
  );

  test(
    "ends at a wrong token, wrong criteria and an abort, and holds nothing",
    { timeout: 60_000 },
    async () => {
      const world = await start();
      await using github = world.github;
      await github.addUniverse(SMALL);
      await expect(find({ ...world, token: "no-token" })).rejects.toMatchObject({ code: "unauthorized" });
      await expect(find(world, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
      await expect(find(world, { criteria: { ...CRITERIA, languages: [] } })).rejects.toMatchObject({
        code: "invalid",
      });
      expect(names(await find(world))).toEqual(truth);
    },
  );

  test(
    "leaves out companies that a source knows to be too small or too large, and asks once each",
    { timeout: 60_000 },
    async () => {
      const world = await start();
      await using github = world.github;
      await github.addUniverse(SMALL);
      const universe = syntheticUniverse(SMALL);
      const asked: string[] = [];
      const list = await find(world, {
        employees: ({ domain }) => {
          asked.push(domain);
          const known =
            universe.find(({ owner }) => owner.blog === `https://${domain}`)?.owner.employees ?? null;
          return Promise.resolve({ employees: known, source: "sumble", date: "2026-06-01" });
        },
      });
      expect(names(list)).toEqual(fittingRepositories(universe, CRITERIA, now(), { employeesKnown: true }));
      expect(names(list).length).toBeLessThan(truth.length);
      expect(new Set(asked).size).toBe(asked.length);
      expect(list.rejected.company_size).toBeGreaterThan(0);
    },
  );
});
