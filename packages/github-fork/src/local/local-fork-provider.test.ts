import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Fork, ForkProvider } from "../provider.ts";
import { commitOnBundle, type BundleWork } from "../testing/commit-on-bundle.ts";
import { makeUpstream, type UpstreamRepository } from "../testing/make-upstream.ts";
import { testGit } from "../testing/test-git.ts";
import { localForkProvider } from "./local-fork-provider.ts";

let folder: string;
let provider: ForkProvider;
let upstream: UpstreamRepository;

const branch = "codeflash/optimize";
const forksFolder = (): string => join(folder, "forks", "our-org");
const forkPath = (): string => join(forksFolder(), "app.git");
const fork = (): Promise<Fork> => provider.fork({ repo: "acme/app", upstream: upstream.path });

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "local-fork-")));
  provider = localForkProvider({ directory: join(folder, "forks"), organization: "our-org" });
  upstream = await makeUpstream(join(folder, "upstream"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let works = 0;
async function work(of: Fork, ...names: string[]): Promise<BundleWork> {
  const file = join(folder, `fork-${works++}.bundle`);
  await provider.bundle(of, file);
  return await commitOnBundle(file, join(folder, `work-${works++}`), branch, names);
}

describe("fork", () => {
  test("is a bare repository that depends on nothing outside it", async () => {
    const made = await fork();
    expect(made).toEqual({
      repo: "acme/app",
      forkRepo: "our-org/app",
      parent: upstream.path,
      webUrl: `file://${forkPath()}`,
      cloneUrl: null,
      defaultBranch: "main",
      baseSha: upstream.head,
    });
    expect(provider.branchUrl(made, branch)).toBe(`file://${forkPath()}#codeflash/optimize`);
    await rm(upstream.path, { recursive: true });
    await testGit(forkPath(), "fsck", "--strict", "--full");
    expect(await testGit(forkPath(), "config", "--get-regexp", "^(universe|remote)\\.")).toBe(
      `universe.repo acme/app\nuniverse.parent ${upstream.path}`,
    );
    expect(await readdir(forkPath())).not.toContain("hooks");
    expect(await readdir(forksFolder())).toEqual(["app.git"]);
    expect(await fork()).toEqual(made); // adopted, although the upstream is gone
  });

  test("takes branches and tags, and no other refs", async () => {
    await upstream.git("update-ref", "refs/pull/1/head", "HEAD");
    await upstream.git("update-ref", "refs/notes/commits", "HEAD");
    await upstream.git("branch", "side", "HEAD~1");
    await fork();
    const refs = await testGit(forkPath(), "for-each-ref", "--format=%(refname)");
    expect(refs.split("\n")).toEqual(["refs/heads/main", "refs/heads/side", "refs/tags/v1"]);
  });

  test("asks resolveUpstream where the request names none", async () => {
    provider = localForkProvider({
      directory: join(folder, "forks"),
      organization: "our-org",
      resolveUpstream: (repo) => (repo === "acme/app" ? upstream.path : null),
    });
    expect((await provider.fork({ repo: "acme/app", upstream: null })).baseSha).toBe(upstream.head);
    await expect(provider.fork({ repo: "acme/other", upstream: null })).rejects.toMatchObject({
      code: "upstream_missing",
      message: expect.stringContaining("Name its upstream"),
    });
  });

  test("names the path that is missing, a file, or no repository", async () => {
    const file = join(folder, "file");
    await writeFile(file, "gitdir: /elsewhere");
    await mkdir(join(folder, "plain"));
    for (const path of [join(folder, "none"), file, join(folder, "plain")]) {
      await expect(provider.fork({ repo: "acme/app", upstream: path })).rejects.toMatchObject({
        code: "upstream_missing",
        repo: "acme/app",
        message: expect.stringContaining(path),
      });
    }
    expect(await readdir(forksFolder())).toEqual([]);
  });

  test("a connection that is refused is worth another try", async () => {
    const refused = provider.fork({ repo: "acme/app", upstream: "http://127.0.0.1:1/app.git" });
    await expect(refused).rejects.toMatchObject({ code: "git_failed", retryable: true });
  });

  test("says when both names are taken, also by what is no repository", async () => {
    await mkdir(forkPath(), { recursive: true });
    await writeFile(join(forksFolder(), "acme-app.git"), "a file");
    await expect(fork()).rejects.toMatchObject({ code: "name_taken" });
    await rm(join(forksFolder(), "acme-app.git"));
    expect((await fork()).forkRepo).toBe("our-org/acme-app");
    await rm(forkPath(), { recursive: true });
    expect((await fork()).forkRepo).toBe("our-org/acme-app"); // still that one, not a second
  });

  test("a name taken by a folder that is somebody else's repository", async () => {
    await makeUpstream(forkPath());
    expect((await fork()).forkRepo).toBe("our-org/acme-app");
  });

  test.each([
    ["the branch at a detached HEAD", ["checkout", "-q", "side"], "side"],
    ["main, when HEAD is on no branch", ["checkout", "-q", "HEAD~1"], "main"],
    ["main, when HEAD names a branch without commits", ["checkout", "-q", "--orphan", "new"], "main"],
  ])("the default branch is %s", async (_, checkout, expected) => {
    await upstream.git("branch", "side", "HEAD~2");
    await upstream.git(...checkout);
    if (expected === "side") await upstream.git("checkout", "-q", "--detach");
    const made = await fork();
    expect(made.defaultBranch).toBe(expected);
    expect(made.baseSha).toBe(await upstream.git("rev-parse", expected));
  });

  test("asks for a default branch when none can be chosen", async () => {
    await upstream.git("branch", "one");
    await upstream.git("branch", "two");
    await upstream.git("checkout", "-q", "--orphan", "new");
    await upstream.git("branch", "-q", "-D", "main");
    await expect(fork()).rejects.toMatchObject({
      code: "upstream_empty",
      message: expect.stringContaining("symbolic-ref HEAD"),
    });
  });

  test("refuses an upstream with SHA-256 commits", async () => {
    const path = join(folder, "sha256");
    await testGit(folder, "init", "-q", "--object-format=sha256", path);
    await testGit(path, "commit", "-q", "--allow-empty", "-m", "First");
    const promise = provider.fork({ repo: "acme/app", upstream: path });
    await expect(promise).rejects.toMatchObject({ code: "invalid_request" });
    expect(await readdir(forksFolder())).toEqual([]);
  });

  test("takes an upstream that belongs to another user, where root can make one", async () => {
    const uid = process.getuid?.() === 0 ? 65_534 : (process.getuid?.() ?? -1);
    for (const name of ["", ".git", ".git/config", ".git/HEAD"])
      await chown(join(upstream.path, name), uid, -1);
    expect((await fork()).baseSha).toBe(upstream.head);
  });

  test("runs nothing of the upstream's and takes nothing but its objects", async () => {
    const canary = join(folder, "canary");
    const script = join(upstream.path, ".git", "evil.sh");
    await writeFile(script, `#!/bin/sh\ntouch '${canary}'\nexec "$@"\n`);
    await chmod(script, 0o755);
    await mkdir(join(upstream.path, ".git", "hooks"), { recursive: true });
    for (const hook of ["post-checkout", "reference-transaction", "post-upload-pack", "pre-push", "update"]) {
      await symlink(script, join(upstream.path, ".git", "hooks", hook));
    }
    const settings = {
      "uploadpack.packObjectsHook": script,
      "core.fsmonitor": script,
      "core.sshCommand": script,
      "core.gitProxy": script,
      "core.alternateRefsCommand": script,
      "filter.x.smudge": script,
      "gpg.program": script,
    };
    for (const [key, value] of Object.entries(settings)) await upstream.git("config", key, value);
    await rm(canary, { force: true }); // what the test's own git may have run
    await fork();
    const done = await work(await fork(), "fast.txt");
    await provider.push({ fork: await fork(), branch, ...done });
    expect(await readdir(folder)).not.toContain("canary");
    const config = await readFile(join(forkPath(), "config"), "utf8");
    expect(config).not.toContain("evil");
  });

  test("copies objects that the upstream borrows, and follows no link in it", async () => {
    const borrower = join(folder, "borrower");
    await testGit(folder, "clone", "-q", "--shared", upstream.path, borrower);
    await symlink("/etc/hostname", join(borrower, ".git", "objects", "info", "link"));
    await provider.fork({ repo: "acme/app", upstream: borrower });
    await rm(upstream.path, { recursive: true });
    await testGit(forkPath(), "fsck", "--full");
    expect(await readdir(join(forkPath(), "objects", "info"))).not.toContain("alternates");
  });

  test("says that the place of the folder is a file", async () => {
    await writeFile(join(folder, "forks"), "");
    await expect(fork()).rejects.toMatchObject({
      name: "ForkError",
      code: "git_failed",
      message: expect.stringContaining("writable"),
    });
  });

  test("refuses an organization that is no folder name", () => {
    expect(() => localForkProvider({ directory: folder, organization: "../x" })).toThrow(
      "no organization name",
    );
  });
});

describe("push", () => {
  test("keeps the history it replaces", async () => {
    const made = await fork();
    const first = await work(made, "first.txt");
    await provider.push({ fork: made, branch, ...first });
    const second = await work(made, "second.txt");
    await provider.push({ fork: made, branch, ...second });
    const refs = await testGit(forkPath(), "for-each-ref", "--format=%(refname)", "refs/universe");
    expect(refs).toBe(`refs/universe/previous/${branch}/${first.sha}`);
    expect(await testGit(forkPath(), "rev-parse", refs)).toBe(first.sha);
    // And back again: the first one's objects are there, its bundle is as good as it was.
    await provider.push({ fork: made, branch, ...first });
    expect(await provider.branchSha(made, branch)).toBe(first.sha);
  });

  test("writes no second ref where the branch only grew", async () => {
    const made = await fork();
    const done = await work(made, "one.txt");
    await provider.push({ fork: made, branch, ...done });
    await done.git("commit", "-q", "--allow-empty", "-m", "More");
    await done.git("bundle", "create", "-q", done.bundleFile, branch, "--not", made.baseSha);
    await provider.push({ fork: made, branch, ...done, sha: await done.git("rev-parse", "HEAD") });
    expect(await testGit(forkPath(), "for-each-ref", "refs/universe")).toBe("");
  });

  test("leaves no temporary folder, whether it succeeds or fails", async () => {
    const made = await fork();
    const done = await work(made, "fast.txt");
    await provider.push({ fork: made, branch, ...done });
    await writeFile(done.bundleFile, "# v2 git bundle\n");
    const failing = provider.push({ fork: made, branch, ...done, sha: made.baseSha });
    await expect(failing).rejects.toMatchObject({ code: "bad_bundle" });
    await expect(
      provider.push(
        { fork: made, branch, ...done, sha: made.baseSha },
        AbortSignal.abort(new Error("enough")),
      ),
    ).rejects.toThrow("enough");
    expect(await readdir(forksFolder())).toEqual(["app.git"]);
  });

  test("does not follow a 'gitdir:' line to another repository", async () => {
    const made = await fork();
    const other = await makeUpstream(join(folder, "private"), { content: "private" });
    await other.git("checkout", "-q", "-b", branch);
    const bundleFile = join(folder, "gitdir.bundle");
    await writeFile(bundleFile, `gitdir: ${other.path}/.git\n`);
    const promise = provider.push({ fork: made, branch, bundleFile, sha: other.head });
    await expect(promise).rejects.toMatchObject({ code: "bad_bundle" });
  });

  test("refuses objects that fsck refuses", async () => {
    const made = await fork();
    const done = await work(made, "fast.txt");
    // A tree entry named .git, as an attack on the next checkout has it.
    const blob = await done.git("hash-object", "-w", "fast.txt");
    await writeFile(
      join(folder, "tree"),
      Buffer.concat([Buffer.from("100644 .git\0"), Buffer.from(blob, "hex")]),
    );
    const tree = await done.git("hash-object", "-t", "tree", "-w", "--literally", join(folder, "tree"));
    const sha = await done.git("commit-tree", tree, "-p", done.sha, "-m", "Evil");
    await done.git("update-ref", `refs/heads/${branch}`, sha);
    await done.git("bundle", "create", "-q", done.bundleFile, branch, "--not", made.baseSha);
    await expect(provider.push({ fork: made, branch, ...done, sha })).rejects.toMatchObject({
      code: "bad_bundle",
      message: expect.stringContaining("hasDotgit"),
    });
  });

  test("refuses a bundle that leaves objects out", async () => {
    const made = await fork();
    const done = await work(made, "one.txt", "two.txt");
    // A header that promises the branch over a pack that has only its last commit's objects.
    await done.git("bundle", "create", "-q", done.bundleFile, branch, "--not", "HEAD~1");
    const text = (await readFile(done.bundleFile)).toString("latin1");
    await writeFile(done.bundleFile, text.replace(/^-[0-9a-f]{40}/m, `-${made.baseSha}`), "latin1");
    await expect(provider.push({ fork: made, branch, ...done })).rejects.toMatchObject({
      code: "bad_bundle",
    });
  });

  test("refuses a bundle over the size limit", async () => {
    const made = await fork();
    const done = await work(made, "fast.txt");
    const small = localForkProvider({
      directory: join(folder, "forks"),
      organization: "our-org",
      maxBundleBytes: 100,
    });
    await expect(small.push({ fork: made, branch, ...done })).rejects.toMatchObject({
      code: "bad_bundle",
      message: expect.stringContaining("at most 100 are taken"),
    });
  });

  test("refuses a fork of another organization, and says when the fork is gone", async () => {
    const made = await fork();
    const done = await work(made, "fast.txt");
    const stranger = { ...made, forkRepo: "their-org/app" };
    await expect(provider.push({ fork: stranger, branch, ...done })).rejects.toMatchObject({
      code: "invalid_request",
    });
    await rm(forkPath(), { recursive: true });
    await expect(provider.branchSha(made, branch)).rejects.toMatchObject({
      code: "git_failed",
      message: expect.stringContaining("Fork again"),
    });
    await expect(provider.bundle(made, join(folder, "x.bundle"))).rejects.toMatchObject({
      code: "git_failed",
    });
  });
});

describe("bundle", () => {
  test("holds the run's base, also when the fork's default branch moved on", async () => {
    const made = await fork();
    await upstream.commit("later.txt");
    await upstream.git("push", "-q", forkPath(), "main");
    expect((await fork()).baseSha).not.toBe(made.baseSha);
    const done = await work(made, "fast.txt");
    expect(await done.git("rev-parse", "HEAD~1")).toBe(made.baseSha);
    await provider.push({ fork: made, branch, ...done });
    expect(await provider.commits(made, branch)).toHaveLength(1);
  });
});

describe("commits", () => {
  test("lists a merge with the files that it brought, and no time before 1970", async () => {
    const made = await fork();
    const done = await work(made, "one.txt");
    await done.git("checkout", "-q", "-b", "side", made.baseSha);
    await writeFile(join(done.folder, "side.txt"), "");
    await done.git("add", ".");
    await done.git("commit", "-q", "-m", "Side");
    await done.git("checkout", "-q", branch);
    await done.git("merge", "-q", "--no-ff", "-m", "Merge side", "side");
    await done.git("bundle", "create", "-q", done.bundleFile, branch, "--not", made.baseSha);
    await provider.push({ fork: made, branch, ...done, sha: await done.git("rev-parse", "HEAD") });
    const [merge] = await provider.commits(made, branch, 1);
    expect(merge).toMatchObject({ subject: "Merge side", files: ["side.txt"] });
  });

  test.each([0, -1, 1.5, Number.NaN, 10_001])("refuses the limit %d", async (limit) => {
    const made = await fork();
    await expect(provider.commits(made, branch, limit)).rejects.toMatchObject({
      code: "invalid_request",
    });
  });

  test("lists at most a thousand files of a commit", async () => {
    const made = await fork();
    const done = await work(made, "one.txt");
    await mkdir(join(done.folder, "many"));
    await Promise.all(
      Array.from({ length: 1200 }, (_, i) => writeFile(join(done.folder, "many", `${i}`), "")),
    );
    await done.git("add", ".");
    await done.git("commit", "-q", "-m", "Many");
    await done.git("bundle", "create", "-q", done.bundleFile, branch, "--not", made.baseSha);
    await provider.push({ fork: made, branch, ...done, sha: await done.git("rev-parse", "HEAD") });
    const commits = await provider.commits(made, branch);
    expect(commits.map((commit) => commit.files.length)).toEqual([1000, 1]);
  });
});
