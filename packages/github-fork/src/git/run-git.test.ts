import { Readable } from "node:stream";

import { describe, expect, test, vi } from "vitest";

import { git, runGit } from "./run-git.ts";
import { streamGit } from "./stream-git.ts";

describe("runGit", () => {
  test("resolves with the exit code and git's words", async () => {
    const { exitCode, stderr } = await runGit(["rev-parse", "HEAD"], { gitDir: "/nonexistent" });
    expect(exitCode).toBe(128);
    expect(stderr).toContain("not a git repository");
  });

  test("feeds a stream, also to a git that does not read it", async () => {
    const blob = await git(["hash-object", "--stdin"], {}, Readable.from(["hello\n"]));
    expect(blob).toBe("ce013625030ba8dba906f756967f9e9ca394464a");
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    expect(
      (await runGit(["rev-parse", "--is-inside-work-tree"], { gitDir: "/nonexistent" }, endless)).exitCode,
    ).toBe(128);
    expect(endless.destroyed).toBe(true);
  });

  test("throws git_failed with the exit code", async () => {
    await expect(git(["no-such-command"], { repo: "acme/app" })).rejects.toMatchObject({
      code: "git_failed",
      repo: "acme/app",
      message: expect.stringContaining("exit code 1: git: 'no-such-command' is not a git command"),
    });
  });

  test("ends git when it takes too long: worth another try", async () => {
    // Nobody writes to its input, so it waits.
    const input = new Readable({ read() {} });
    const late = git(["hash-object", "--stdin"], { timeoutMs: 300 }, input);
    await expect(late).rejects.toMatchObject({ code: "git_failed", retryable: true });
  });

  test("ends git when aborted, with the signal's reason", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const input = new Readable({ read() {} });
    const promise = git(["hash-object", "--stdin"], { signal: controller.signal }, input);
    setTimeout(() => controller.abort(reason), 100);
    await expect(promise).rejects.toBe(reason);
  });

  test("ends git's children too, which hold its output open", async () => {
    const promise = git(["-c", "alias.wait=!sleep 300 & wait", "wait"], { timeoutMs: 300 });
    await expect(promise).rejects.toMatchObject({ code: "git_failed", retryable: true });
  });

  test("ends git when it prints without end", async () => {
    const promise = git(["-c", "alias.talk=!yes", "talk"]);
    await expect(promise).rejects.toThrow("more than 4194304 bytes");
  });

  test("says that git is missing", async () => {
    vi.stubEnv("PATH", "/nonexistent");
    try {
      await expect(git(["--version"])).rejects.toMatchObject({
        code: "git_failed",
        message: expect.stringContaining("Install git"),
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("streamGit", () => {
  const collect = async (args: string[], gitDir?: string): Promise<string> => {
    let text = "";
    for await (const chunk of streamGit(args, { gitDir })) text += chunk.toString();
    return text;
  };

  test("hands out the output and throws on failure", async () => {
    expect(await collect(["--version"])).toMatch(/^git version/);
    await expect(collect(["log"], "/nonexistent")).rejects.toMatchObject({ code: "git_failed" });
  });

  test("ends git when the loop is left", async () => {
    for await (const chunk of streamGit(["help", "--all"], {})) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});
