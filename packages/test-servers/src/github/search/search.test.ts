import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type GitHubServer, startGitHub } from "../start-github.ts";
import { type Client, client } from "../testing/client.ts";
import { type SyntheticRepository, syntheticUniverse } from "../universe/synthetic-universe.ts";

const options = { seed: 7, count: 5_000, crowd: 1_100 } as const;
const universe = syntheticUniverse(options);
let hub: GitHubServer;
let api: Client;

beforeAll(async () => {
  hub = await startGitHub({ limits: { searchesPerMinute: 1_000 } });
  await hub.addUniverse(options);
  api = client(hub, (await hub.addToken({ login: "robin" })).token);
});
afterAll(async () => {
  const mismatches = (await hub.mismatches()).filter(({ side }) => side === "answer");
  await hub.dispose();
  expect(mismatches).toEqual([]);
});

const search = async (q: string, more = ""): Promise<Awaited<ReturnType<Client>>> =>
  await api("GET", `/search/repositories?q=${encodeURIComponent(q)}${more}`);
const count = async (q: string): Promise<number> => (await search(q)).body.total_count as number;
const where = (is: (repo: SyntheticRepository) => boolean): number => universe.filter(is).length;
const pushed = (repo: SyntheticRepository): number => Date.parse(repo.pushedAt);

describe("a search for repositories", () => {
  test("obeys its qualifiers", async () => {
    const own = (is: (repo: SyntheticRepository) => boolean): number =>
      where((repo) => !repo.fork && is(repo));
    expect(await count("stars:>=0")).toBe(own(() => true));
    expect(await count("language:python stars:1000..2000")).toBe(
      own((repo) => repo.language === "Python" && repo.stars >= 1000 && repo.stars <= 2000),
    );
    expect(await count("language:java language:go stars:>5000")).toBe(
      own((repo) => (repo.language === "Java" || repo.language === "Go") && repo.stars > 5000),
    );
    const day = Date.parse("2026-04-01T00:00:00Z");
    expect(await count("pushed:2026-04-01..2026-04-30 archived:false")).toBe(
      own((repo) => pushed(repo) >= day && pushed(repo) < day + 30 * 86_400_000 && !repo.archived),
    );
    expect(await count("pushed:>2026-04-30 -language:python")).toBe(
      own((repo) => pushed(repo) >= day + 30 * 86_400_000 && repo.language !== "Python"),
    );
    expect(await count("topic:database license:mit stars:>0")).toBe(
      own((repo) => repo.topics.includes("database") && repo.license === "MIT"),
    );
    expect(await count("fork:only stars:>0")).toBe(where((repo) => repo.fork));
    expect(await count("fork:true stars:>0")).toBe(universe.length);
  });

  test("gives a thousand results, in order, and no more", async () => {
    const query = "language:python stars:1234 fork:true";
    expect(await count(query)).toBeGreaterThan(1_000);
    const seen = new Set<string>();
    for (let page = 1; page <= 10; page++) {
      const { body, headers } = await search(query, `&per_page=100&page=${page}`);
      for (const { full_name } of body.items as { full_name: string }[]) seen.add(full_name);
      expect(headers.get("link")?.includes('rel="next"')).toBe(page < 10);
    }
    expect(seen.size).toBe(1_000);
    expect(await search(query, "&per_page=100&page=11")).toMatchObject({
      status: 422,
      body: { message: "Only the first 1000 search results are available" },
    });
    const stars = (await search("stars:>100", "&sort=stars&order=asc&per_page=100")).body.items as {
      stargazers_count: number;
    }[];
    expect(stars.map((repo) => repo.stargazers_count)).toEqual(
      stars.map((repo) => repo.stargazers_count).toSorted((a, b) => a - b),
    );
  });

  test("may be incomplete, and lacks items then", async () => {
    await hub.incompleteSearches(1);
    expect((await search("stars:>100")).body).toMatchObject({
      incomplete_results: true,
      items: { length: 20 },
    });
    expect((await search("stars:>100")).body).toMatchObject({
      incomplete_results: false,
      items: { length: 30 },
    });
  });

  test.each(["stars:many", "colour:red", "", "pushed:yesterday", "fork:maybe", "is:odd"])(
    "refuses %j",
    async (query) => {
      expect((await search(query)).status).toBe(query === "" ? 400 : 422);
    },
  );
});

test("a made-up repository can be looked into", async () => {
  const made = universe.find(
    (repo) => repo.tests === "vitest" && repo.ci && repo.owner.type === "Organization",
  );
  if (!made) throw new Error("the universe has no such repository");
  const tree = await api("GET", `/repos/${made.repo}/git/trees/main?recursive=1`);
  expect(tree.body.tree.map(({ path }: { path: string }) => path)).toEqual(
    expect.arrayContaining([".github/workflows/ci.yml", "src", "package.json"]),
  );
  const file = await api("GET", `/repos/${made.repo}/contents/package.json`, undefined, {
    accept: "application/vnd.github.raw",
  });
  expect(file.body).toContain("vitest");
  expect((await api("GET", `/repos/${made.repo}/commits?per_page=2`)).body).toHaveLength(2);
  expect((await api("GET", `/orgs/${made.owner.login}`)).body).toMatchObject({
    is_verified: made.owner.verified,
  });
  expect((await api("POST", `/repos/${made.repo}/forks`, {})).status).toBe(403);
});

test("the same seed gives the same universe", () => {
  expect(syntheticUniverse(options)).toEqual(universe);
  expect(syntheticUniverse({ ...options, seed: 8 })).not.toEqual(universe);
  expect(new Set(universe.map(({ repo }) => repo)).size).toBe(universe.length);
});
