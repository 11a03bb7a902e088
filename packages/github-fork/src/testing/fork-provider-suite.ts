import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ForkErrorCode } from "../errors.ts";
import type { Fork, ForkProvider, ForkRequest } from "../provider.ts";
import { commitOnBundle, type BundleWork } from "./commit-on-bundle.ts";
import { testGit } from "./test-git.ts";

/** One provider with a place for upstreams, fresh for each test. */
export interface ForkStage {
  readonly provider: ForkProvider;
  /** Makes a repository of that many commits (0: empty) that the provider can fork, with a tag `v1` on its first commit. */
  makeUpstream(
    repo: string,
    commits: number,
  ): Promise<{
    readonly request: ForkRequest;
    readonly defaultBranch: string;
    /** The default branch's commit; empty for an empty repository. */
    readonly head: string;
    /** Adds a commit to the upstream's default branch. */
    advance(): Promise<void>;
  }>;
  /** A request for a repository that does not exist. */
  missing(repo: string): ForkRequest;
  cleanup(): Promise<void>;
}

export interface ForkSuiteOptions {
  readonly name: string;
  open(): Promise<ForkStage>;
  /** Per test. Default: 60,000. */
  readonly timeoutMs?: number;
}

const branch = "codeflash/optimize";

/** The tests that every fork provider passes. Registers a vitest suite. */
export function forkProviderSuite({ name, open, timeoutMs = 60_000 }: ForkSuiteOptions): void {
  describe(`fork provider: ${name}`, { timeout: timeoutMs }, () => {
    let stage: ForkStage;
    let folder: string;
    let works = 0;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "fork-suite-"));
      stage = await open();
    });
    afterEach(async () => {
      await stage.cleanup();
      await rm(folder, { recursive: true, force: true });
    });

    const forkOf = async (repo: string, commits = 3): Promise<Fork> => {
      const { request } = await stage.makeUpstream(repo, commits);
      return await stage.provider.fork(request);
    };
    const work = async (fork: Fork, ...names: string[]): Promise<BundleWork> => {
      const file = join(folder, `fork-${works++}.bundle`);
      await stage.provider.bundle(fork, file);
      return await commitOnBundle(file, join(folder, `work-${works++}`), branch, names);
    };
    const push = (fork: Fork, { bundleFile, sha }: BundleWork): Promise<void> =>
      stage.provider.push({ fork, bundleFile, branch, sha });
    const refused = (promise: Promise<unknown>, code: ForkErrorCode): Promise<void> =>
      expect(promise).rejects.toMatchObject({ name: "ForkError", code });

    describe("fork", () => {
      test("gives the upstream's default branch and commit", async () => {
        const upstream = await stage.makeUpstream("acme/app", 3);
        const fork = await stage.provider.fork(upstream.request);
        expect(fork).toMatchObject({
          repo: "acme/app",
          defaultBranch: upstream.defaultBranch,
          baseSha: upstream.head,
        });
        expect(fork.forkRepo).toMatch(/^[^/]+\/app$/);
        expect(fork.parent).not.toBe("");
        expect(() => new URL(fork.webUrl)).not.toThrow();
        expect(await stage.provider.branchSha(fork, fork.defaultBranch)).toBe(upstream.head);
      });

      test("asked twice, adopts the first", async () => {
        const { request } = await stage.makeUpstream("acme/app", 2);
        const first = await stage.provider.fork(request);
        expect(await stage.provider.fork(request)).toEqual(first);
        expect(await stage.provider.find(request)).toEqual(first);
      });

      test("asked twice at once, makes one", async () => {
        const { request } = await stage.makeUpstream("acme/app", 2);
        const forks = await Promise.all([1, 2, 3].map(() => stage.provider.fork(request)));
        expect(new Set(forks.map((fork) => fork.forkRepo)).size).toBe(1);
      });

      test("does not move the base of a fork that exists", async () => {
        const upstream = await stage.makeUpstream("acme/app", 2);
        const first = await stage.provider.fork(upstream.request);
        await upstream.advance();
        expect((await stage.provider.fork(upstream.request)).baseSha).toBe(first.baseSha);
      });

      test("gives another repository of the same name its owner's name too", async () => {
        const first = await forkOf("acme/app", 1);
        const second = await forkOf("other/app", 2);
        expect(first.forkRepo).toMatch(/\/app$/);
        expect(second.forkRepo).toMatch(/\/other-app$/);
        expect(second.baseSha).not.toBe(first.baseSha);
      });

      test("says that the upstream is missing, or empty", async () => {
        await refused(stage.provider.fork(stage.missing("acme/none")), "upstream_missing");
        const { request } = await stage.makeUpstream("acme/empty", 0);
        await refused(stage.provider.fork(request), "upstream_empty");
        expect(await stage.provider.find(request)).toBeNull();
      });

      test.each(["app", "a/b/c", "../app", "acme/..", "acme/-app", "acme/a b", "acme/a\nb", ""])(
        "refuses the name %j",
        (repo) => refused(stage.provider.fork({ repo, upstream: null }), "invalid_request"),
      );

      test("stops when aborted, with the signal's reason", async () => {
        const { request } = await stage.makeUpstream("acme/app", 1);
        const reason = new Error("enough");
        await expect(stage.provider.fork(request, AbortSignal.abort(reason))).rejects.toBe(reason);
        const controller = new AbortController();
        const promise = stage.provider.fork(request, controller.signal);
        controller.abort(reason);
        await expect(promise).rejects.toBe(reason);
        expect((await stage.provider.fork(request)).repo).toBe("acme/app");
      });
    });

    describe("find", () => {
      test("gives null before there is a fork", async () => {
        const { request } = await stage.makeUpstream("acme/app", 1);
        expect(await stage.provider.find(request)).toBeNull();
      });
    });

    describe("upstreamFiles", () => {
      test("reads the upstream as it is now, forked or not", async () => {
        const upstream = await stage.makeUpstream("acme/app", 2);
        const read = async (): Promise<(readonly string[] | string | null)[]> => {
          await using files = await stage.provider.upstreamFiles?.(upstream.request);
          if (files === undefined) throw new Error("the provider has no upstreamFiles");
          return [
            (await files.list("")).toSorted(),
            await files.list("none"),
            await files.read("file-1.txt"),
            await files.read("none.txt"),
          ];
        };
        const [names, none, text, missing] = await read();
        expect(names).toEqual(["file-1.txt", "file-2.txt"]);
        expect([none, missing]).toEqual([[], null]);
        expect(text).toContain("acme/app");
        await stage.provider.fork(upstream.request);
        await upstream.advance();
        expect((await read())[0]).toContain("later.txt");
      });

      test("says that the upstream is missing", async () => {
        await refused(
          (async () => await stage.provider.upstreamFiles?.(stage.missing("acme/none")))(),
          "upstream_missing",
        );
      });
    });

    describe("bundle", () => {
      test("can be cloned: the default branch at the base, with its tags", async () => {
        const upstream = await stage.makeUpstream("acme/app", 3);
        const fork = await stage.provider.fork(upstream.request);
        const file = join(folder, "app.bundle");
        await stage.provider.bundle(fork, file);
        await testGit(folder, "clone", "--quiet", file, "clone");
        const clone = join(folder, "clone");
        expect(await testGit(clone, "rev-parse", "HEAD")).toBe(upstream.head);
        expect(await testGit(clone, "branch", "--show-current")).toBe(upstream.defaultBranch);
        expect(await testGit(clone, "tag")).toBe("v1");
      });

      test("has another branch too when asked for", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "one.txt");
        await push(fork, done);
        const file = join(folder, "both.bundle");
        await stage.provider.bundle(fork, file, undefined, branch);
        await testGit(folder, "clone", "--quiet", file, "both");
        expect(await testGit(join(folder, "both"), "rev-parse", `origin/${branch}`)).toBe(done.sha);
        expect(await testGit(join(folder, "both"), "rev-parse", "HEAD")).toBe(fork.baseSha);
      });

      test("replaces a file, and leaves nothing else beside it", async () => {
        const fork = await forkOf("acme/app");
        await writeFile(join(folder, "app.bundle"), "old");
        await stage.provider.bundle(fork, join(folder, "app.bundle"));
        expect(await readdir(folder)).toEqual(["app.bundle"]);
        expect(await readFile(join(folder, "app.bundle"), "latin1")).toContain("git bundle");
      });
    });

    describe("push", () => {
      test("puts the branch on the fork, and leaves the base", async () => {
        const fork = await forkOf("acme/app");
        expect(await stage.provider.branchSha(fork, branch)).toBeNull();
        const done = await work(fork, "fast.txt");
        await push(fork, done);
        expect(await stage.provider.branchSha(fork, branch)).toBe(done.sha);
        expect(await stage.provider.branchSha(fork, fork.defaultBranch)).toBe(fork.baseSha);
      });

      test("asked twice, succeeds twice", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        await push(fork, done);
        await push(fork, done);
        expect(await stage.provider.branchSha(fork, branch)).toBe(done.sha);
      });

      test("looks at a branch that is there already where it may have come another way", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        await push(fork, done);
        const { bundleFile, sha } = done;
        let looks = 0;
        const inspect = async (patches: AsyncIterable<Uint8Array>): Promise<boolean> => {
          for await (const _ of patches);
          return ++looks === 2;
        };
        const again = { fork, branch, bundleFile, sha, inspect };
        await stage.provider.push(again);
        expect(looks).toBe(0);
        await refused(stage.provider.push({ ...again, mayBeThere: true }), "refused");
        await stage.provider.push({ ...again, mayBeThere: true });
        expect(looks).toBe(2);
        expect(await stage.provider.branchSha(fork, branch)).toBe(sha);
      });

      test("takes what was added since the last push", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "one.txt");
        await push(fork, done);
        await done.git("commit", "--quiet", "--allow-empty", "--message=More");
        await done.git("bundle", "create", "--quiet", done.bundleFile, branch, "--not", done.sha);
        await push(fork, { ...done, sha: await done.git("rev-parse", "HEAD") });
        const subjects = (await stage.provider.commits(fork, branch)).map((commit) => commit.subject);
        expect(subjects).toEqual(["More", "Optimize one.txt"]);
      });

      test("replaces the branch of an earlier run that went another way", async () => {
        const fork = await forkOf("acme/app");
        await push(fork, await work(fork, "first-run.txt"));
        const second = await work(fork, "second-run.txt");
        await push(fork, second);
        expect(await stage.provider.branchSha(fork, branch)).toBe(second.sha);
        expect(await stage.provider.commits(fork, branch)).toHaveLength(1);
      });

      test("refuses every cut of a bundle", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        const { size } = await stat(done.bundleFile);
        const whole = await readFile(done.bundleFile);
        for (const length of [0, 1, 10, 60, Math.floor(size / 2), size - 20, size - 1]) {
          await writeFile(done.bundleFile, whole);
          await truncate(done.bundleFile, length);
          await refused(push(fork, done), "bad_bundle");
        }
        expect(await stage.provider.branchSha(fork, branch)).toBeNull();
      });

      test("refuses a changed byte in the pack, and garbage", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        const bytes = await readFile(done.bundleFile);
        const at = bytes.length - 30;
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
        await writeFile(done.bundleFile, bytes);
        await refused(push(fork, done), "bad_bundle");
        await writeFile(done.bundleFile, randomBytes(100_000));
        await refused(push(fork, done), "bad_bundle");
        const header = `# v2 git bundle\n${done.sha} refs/heads/${branch}\n\n`;
        await writeFile(done.bundleFile, Buffer.concat([Buffer.from(header), randomBytes(5000)]));
        await refused(push(fork, done), "bad_bundle");
        expect(await stage.provider.branchSha(fork, branch)).toBeNull();
      });

      test("refuses a bundle that is missing, a folder, or a link", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        const link = join(folder, "link.bundle");
        await symlink(done.bundleFile, link);
        for (const bundleFile of [join(folder, "none.bundle"), folder, link]) {
          await refused(push(fork, { ...done, bundleFile }), "bad_bundle");
        }
      });

      test("refuses another commit than the branch has in the bundle", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt", "faster.txt");
        await refused(push(fork, { ...done, sha: await done.git("rev-parse", "HEAD~1") }), "bad_bundle");
        await refused(push(fork, { ...done, sha: "0".repeat(40) }), "bad_bundle");
      });

      test("refuses a bundle that brings other refs, or lacks the branch", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        const bundle = (...refs: string[]): Promise<string> =>
          done.git("bundle", "create", "--quiet", done.bundleFile, ...refs, "--not", fork.baseSha);
        await done.git("branch", "other");
        await bundle(branch, "other");
        await refused(push(fork, done), "bad_bundle");
        await bundle("other");
        await refused(push(fork, done), "bad_bundle");
      });

      test("refuses a history that does not descend from the base", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        await done.git("checkout", "--quiet", "--orphan", "alone");
        await done.git("commit", "--quiet", "--message=Alone");
        await done.git("branch", "--force", branch, "HEAD");
        await done.git("bundle", "create", "--quiet", done.bundleFile, branch);
        const sha = await done.git("rev-parse", branch);
        await refused(push(fork, { ...done, sha }), "bad_bundle");
      });

      test("refuses a bundle whose prerequisites the fork lacks", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "one.txt", "two.txt");
        await done.git("bundle", "create", "--quiet", done.bundleFile, branch, "--not", "HEAD~1");
        await refused(push(fork, done), "bad_bundle");
      });

      test.each(["-delete", "a b", "HEAD", "../x", "a..b", "a.lock", "refs/heads/a\n", ""])(
        "refuses the branch %j",
        async (text) => {
          const fork = await forkOf("acme/app", 1);
          const request = { fork, bundleFile: join(folder, "x"), branch: text, sha: fork.baseSha };
          await refused(stage.provider.push(request), "invalid_request");
          await refused(stage.provider.branchSha(fork, text), "invalid_request");
        },
      );

      test("does not move the default branch", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "fast.txt");
        const request = {
          fork,
          bundleFile: done.bundleFile,
          branch: fork.defaultBranch,
          sha: done.sha,
        };
        await refused(stage.provider.push(request), "invalid_request");
      });

      test("at once from two sides, the branch is one of the two", async () => {
        const fork = await forkOf("acme/app");
        const both = [await work(fork, "left.txt"), await work(fork, "right.txt")];
        const outcomes = await Promise.allSettled(both.map((done) => push(fork, done)));
        for (const outcome of outcomes) {
          if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "push_rejected" });
        }
        const won = both.filter((_, i) => outcomes[i]?.status === "fulfilled").map(({ sha }) => sha);
        expect(won).toContain(await stage.provider.branchSha(fork, branch));
      });
    });

    describe("commits", () => {
      test("lists the branch's own, newest first, with their files", async () => {
        const fork = await forkOf("acme/app");
        const done = await work(fork, "one.txt", "two.txt");
        await push(fork, done);
        expect(await stage.provider.commits(fork, branch)).toEqual([
          {
            sha: done.sha,
            subject: "Optimize two.txt",
            authoredAt: "2024-05-06T07:08:09.000Z",
            files: ["two.txt"],
          },
          {
            sha: await done.git("rev-parse", "HEAD~1"),
            subject: "Optimize one.txt",
            authoredAt: "2024-05-06T07:08:09.000Z",
            files: ["one.txt"],
          },
        ]);
        expect(await stage.provider.commits(fork, branch, 1)).toHaveLength(1);
      });

      test("gives none for a branch that is not there, or adds nothing", async () => {
        const fork = await forkOf("acme/app", 1);
        expect(await stage.provider.commits(fork, branch)).toEqual([]);
        expect(await stage.provider.commits(fork, fork.defaultBranch)).toEqual([]);
      });

      test("cleans hostile subjects and file names", async () => {
        const fork = await forkOf("acme/app", 1);
        const done = await work(fork, "plain.txt", "with\nline.txt", "esc\u001b[2J.txt");
        const subject = `\u001b[31mred\u001b[0m \u202eback\u0007 ${"x".repeat(100_000)}`;
        await writeFile(join(done.folder, "message"), subject);
        await done.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file=message");
        await done.git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "--message=");
        await done.git("bundle", "create", "--quiet", done.bundleFile, branch, "--not", fork.baseSha);
        await push(fork, { ...done, sha: await done.git("rev-parse", "HEAD") });
        const [unnamed, hostile, escape, line] = await stage.provider.commits(fork, branch);
        expect(unnamed).toMatchObject({ subject: "", files: [] });
        expect(hostile?.subject).toMatch(/^red back x+…$/);
        expect(hostile?.subject.length).toBeLessThanOrEqual(300);
        expect(escape?.files).toEqual(["esc.txt"]);
        expect(line).toMatchObject({ subject: "Optimize with line.txt", files: ["with line.txt"] });
      });
    });

    test("branchUrl gives a URL for people", async () => {
      const fork = await forkOf("acme/app", 1);
      expect(new URL(stage.provider.branchUrl(fork, branch)).href).toContain("codeflash/optimize");
    });
  });
}
