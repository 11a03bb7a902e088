import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startGitHttp } from "./start-git-http.ts";

const run = promisify(execFile);
let folder: string;

async function git(...args: string[]): Promise<string> {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  const { stdout } = await run("git", [...identity, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C",
    },
  });
  return stdout.trim();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "git-http-"));
  await git("init", "--quiet", "--bare", "--initial-branch=main", "served/team/app.git");
  await git("init", "--quiet", "--initial-branch=main", "work");
  await writeFile(join(folder, "work", "hello.txt"), "hello\n");
  await git("-C", "work", "add", ".");
  await git("-C", "work", "commit", "--quiet", "--message=First");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const root = (): string => join(folder, "served");

describe("startGitHttp", () => {
  test("takes a push and gives it back to a clone", async () => {
    await using server = await startGitHttp({ root: root() });
    const url = server.url("team/app.git");
    await git("-C", "work", "push", "--quiet", url, "main");
    await git("clone", "--quiet", url, "clone");
    expect(await readFile(join(folder, "clone", "hello.txt"), "utf8")).toBe("hello\n");
    expect(server.requests[0]).toEqual({ method: "GET", path: "/team/app.git/info/refs" });
  });

  test("takes a chunked push, larger than git's post buffer", async () => {
    const noise = Buffer.alloc(3_000_000);
    for (let i = 0; i < noise.length; i++) noise[i] = (i * 2_654_435_761) >>> (i % 24);
    await writeFile(join(folder, "work", "noise.bin"), noise);
    await git("-C", "work", "add", ".");
    await git("-C", "work", "commit", "--quiet", "--message=Noise");
    await using server = await startGitHttp({ root: root() });
    const url = server.url("team/app.git");
    await git("-C", "work", "-c", "http.postBuffer=65536", "push", "--quiet", url, "main");
    expect(await git("ls-remote", url, "refs/heads/main")).toContain(
      await git("-C", "work", "rev-parse", "HEAD"),
    );
  });

  test("refuses pushes when told to", async () => {
    await using server = await startGitHttp({ root: root(), push: false });
    await expect(git("-C", "work", "push", server.url("team/app.git"), "main")).rejects.toThrow("403");
  });

  test("answers 404 for a repository that is not there, or lies outside", async () => {
    await using server = await startGitHttp({ root: root() });
    await expect(git("ls-remote", server.url("team/none.git"))).rejects.toThrow("not found");
    const outside = await fetch(`${server.url("x")}/..%2f..%2fwork/info/refs`);
    expect(outside.ok).toBe(false);
  });

  test("asks for the name and password", async () => {
    const credential = { username: "robot", password: "opens-it" };
    await using server = await startGitHttp({ root: root(), credential });
    const url = server.url("team/app.git");
    await expect(git("ls-remote", url)).rejects.toThrow("could not read Username");
    const basic = (pair: string): string => `Authorization: Basic ${Buffer.from(pair).toString("base64")}`;
    await git("-c", `http.extraHeader=${basic("robot:opens-it")}`, "ls-remote", url);
    await expect(git("-c", `http.extraHeader=${basic("robot:wrong")}`, "ls-remote", url)).rejects.toThrow();
  });

  test("takes a token as bearer and as a password", async () => {
    await using server = await startGitHttp({ root: root(), credential: { token: "made-up" } });
    const info = `${server.url("team/app.git")}/info/refs?service=git-upload-pack`;
    const status = async (authorization: string): Promise<number> =>
      (await fetch(info, { headers: { authorization } })).status;
    expect(await status("Bearer made-up")).toBe(200);
    expect(await status(`Basic ${Buffer.from("x:made-up").toString("base64")}`)).toBe(200);
    expect(await status("Bearer other")).toBe(401);
    expect(await status("Basic !!")).toBe(401);
    expect(await status("Digest made-up")).toBe(401);
  });

  test("injects a status, a cut connection and silence", async () => {
    const faults = [503, "cut", "hang"] as const;
    let next = 0;
    await using server = await startGitHttp({ root: root(), fault: () => faults[next++] ?? null });
    const url = server.url("team/app.git");
    await expect(git("ls-remote", url)).rejects.toThrow("503");
    await expect(fetch(`${url}/info/refs`)).rejects.toThrow();
    const silent = fetch(`${url}/info/refs`, { signal: AbortSignal.timeout(300) });
    await expect(silent).rejects.toThrow("timeout");
    await git("ls-remote", url);
  });

  test("ends twice, with a client still waiting", async () => {
    const server = await startGitHttp({ root: root(), fault: () => "hang" });
    const waiting = expect(fetch(server.url("team/app.git"))).rejects.toThrow();
    while (server.requests.length === 0) await new Promise((done) => setTimeout(done, 10));
    await server.dispose();
    await server.dispose();
    await waiting;
  });
});
