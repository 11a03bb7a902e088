import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeUpstream } from "./support/campaign.ts";
import { json, uo } from "./support/uo.ts";

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "uo-bad-"));
  folder = join(root, "campaign");
  expect((await uo(root, "init", folder, "--agent", "demo")).exitCode).toBe(0);
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Every file with its content: what "nothing changed" means. */
async function snapshot(): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => [
        join(file.parentPath, file.name),
        await readFile(join(file.parentPath, file.name), "latin1"),
      ]),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

const entry = { id: "project-001", repo: "acme/sum", language: "javascript", why_selected: "fast" };

describe("each is a clear error with the next act, and changes nothing", () => {
  it("a missing field", async () => {
    await writeFile(join(folder, "projects.json"), JSON.stringify([{ ...entry, repo: undefined }], null, 2));
    const before = await snapshot();
    const run = await uo(folder, "start");
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/projects\.json:2:\d+ \[0\]\.repo: .*owner\/name/s);
    expect(await snapshot()).toEqual(before);
  });

  it("a duplicate id", async () => {
    await writeFile(
      join(folder, "projects.json"),
      JSON.stringify([entry, { ...entry, repo: "acme/other" }], null, 2),
    );
    const before = await snapshot();
    const run = await uo(folder, "status");
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/projects\.json:\d+:\d+ \[1\]\.id/);
    expect(await snapshot()).toEqual(before);
  });

  it("a repository that does not exist", async () => {
    const missing = await uo(folder, "add", "--upstream", join(root, "nowhere"), "--language", "python");
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain(`${join(root, "nowhere")} does not exist`);
    await writeFile(join(folder, "projects.json"), JSON.stringify([{ ...entry, upstream: "../nowhere" }]));
    const run = await uo(folder, "start");
    expect(run.exitCode).toBe(1);
    expect(run.stdout + run.stderr).toContain(join(root, "nowhere"));
    expect(json(await uo(folder, "status", "project-001", "--json"))).toMatchObject({
      project: { status: "failed" },
    });
    expect(await readdir(join(folder, ".universe", "machines")).catch(() => [])).toEqual([]);
  });

  it("a campaign folder that is none", async () => {
    for (const command of [["status"], ["start"], ["results", "x"], ["add", "a/b", "--language", "python"]]) {
      const run = await uo(root, ...command);
      expect(run.exitCode, command.join(" ")).toBe(2);
      expect(run.stderr).toContain("uo init");
    }
    expect(await readdir(root)).toEqual(["campaign"]);
  });

  it("a database from a newer version", async () => {
    await makeUpstream(join(root, "acme", "sum"));
    await uo(folder, "add", "--upstream", join(root, "acme", "sum"));
    const { openSqliteStore } = await import("@universe-optimize/state-store/sqlite");
    const file = join(folder, "universe_optimize.db");
    await using store = await openSqliteStore(file);
    expect(store.schemaVersion).toBeGreaterThan(0);
    await store[Symbol.asyncDispose]();
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(file);
    const [{ name: table } = { name: "" }] = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%migration' ORDER BY name")
      .all() as { name: string }[];
    database
      .prepare(`INSERT INTO "${table}" (name, timestamp) VALUES ('9999-future', '2099-01-01T00:00:00.000Z')`)
      .run();
    database.close();
    for (const command of ["status", "start"]) {
      const run = await uo(folder, command);
      expect(run.exitCode).toBe(1);
      expect(run.stderr).toMatch(/newer version/i);
    }
  });

  it("a folder that cannot be written", async () => {
    // Permission bits do not stop root; a file where a folder must be stops everybody.
    await writeFile(join(root, "file"), "");
    const run = await uo(root, "init", join(root, "file", "campaign"));
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("file");
    const copy = join(root, "copy");
    await cp(folder, copy, { recursive: true });
    await mkdir(join(copy, "universe_optimize.db"));
    const status = await uo(copy, "start");
    expect(status.exitCode).not.toBe(0);
    expect(status.stderr).toContain("universe_optimize.db");
  });

  it("a configuration with a wrong key", async () => {
    await writeFile(join(folder, "universe.config.json"), '{\n  "campaign": "x",\n  "agnet": {}\n}\n');
    const run = await uo(folder, "start");
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/universe\.config\.json:3:3 agnet: unknown key/);
  });

  it("a folder that is a campaign already", async () => {
    const before = await snapshot();
    const run = await uo(root, "init", folder);
    expect(run.exitCode).toBe(2);
    expect(await snapshot()).toEqual(before);
  });

  it("a command line that cannot be understood", async () => {
    for (const args of [["strat"], [], ["start", "--agian"], ["email"], ["stop"], ["results"]]) {
      const run = await uo(folder, ...args);
      expect(run.exitCode, args.join(" ")).toBe(2);
      expect(run.stderr.trim()).not.toBe("");
    }
    expect((await uo(folder, "strat")).stderr).toContain("start");
  });

  it("an unknown project", async () => {
    await uo(folder, "add", "acme/sum", "--language", "python");
    const run = await uo(folder, "start", "project-002");
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("known: project-001");
    const asJson = await uo(folder, "start", "project-002", "--json");
    expect(json(asJson)).toMatchObject({ ok: false, error: { code: "unknown_project" } });
  });
});

it("tells what each command does, with an example", async () => {
  const help = await uo(root, "--help");
  expect(help.exitCode).toBe(0);
  const names = [
    "init",
    "add",
    "start",
    "provision",
    "run",
    "watch",
    "status",
    "status-all",
    "logs",
    "ssh",
    "stop",
    "collect",
    "results",
    "email",
    "mark-sent",
    "destroy",
    "demo",
    "doctor",
    "completion",
  ];
  for (const name of names) expect(help.stdout).toMatch(new RegExp(`uo ${name}\\b`));
  expect((await uo(root, "start", "--help")).stdout).toContain("Examples:");
  expect((await uo(root, "--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(existsSync(join(root, "universe_optimize.db"))).toBe(false);
  expect((await uo(root, "completion")).stdout).toContain("uo completion");
});
