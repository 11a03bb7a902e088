import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { localForkProvider } from "@universe-optimize/github-fork/local";
import { forkProviderSuite, makeUpstream } from "@universe-optimize/github-fork/testing";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startGitHttp, type GitHttpFault } from "@universe-optimize/test-servers/git-http";

/** Makes an upstream and lays it bare where the server serves it. */
async function serve(folder: string, repo: string, commits: number) {
  const made = await makeUpstream(join(folder, "work", repo), { commits, content: repo });
  const bare = join(folder, "served", `${repo}.git`);
  await execa("git", ["clone", "--quiet", "--bare", "--template=", made.path, bare]);
  return {
    made,
    advance: async (): Promise<void> => {
      await made.commit("later.txt");
      await made.git("push", "--quiet", bare, made.defaultBranch);
    },
  };
}

forkProviderSuite({
  name: "local, upstreams over HTTP",
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "http-forks-"));
    const server = await startGitHttp({ root: join(folder, "served"), push: false });
    return {
      provider: localForkProvider({
        directory: join(folder, "forks"),
        organization: "our-org",
        resolveUpstream: (repo) => server.url(`${repo}.git`),
      }),
      async makeUpstream(repo, commits) {
        const { made, advance } = await serve(folder, repo, commits);
        const { defaultBranch, head } = made;
        return { request: { repo, upstream: null }, defaultBranch, head, advance };
      },
      missing: (repo) => ({ repo, upstream: null }),
      async cleanup() {
        await server.dispose();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
});

describe("a network that fails", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "http-faults-"));
    await mkdir(join(folder, "served"));
    await serve(folder, "acme/app", 2);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const provider = (gitTimeoutMs = 60_000) =>
    localForkProvider({ directory: join(folder, "forks"), organization: "our-org", gitTimeoutMs });
  const start = (faults: (GitHttpFault | null)[]) =>
    startGitHttp({ root: join(folder, "served"), fault: () => faults.shift() ?? null });

  test.each([
    ["503 at once", [503]],
    ["a cut connection", ["cut"]],
    ["a connection cut in the middle", [null, ...Array<"cut">(9).fill("cut")]],
    ["500 in the middle", [null, 500]],
  ] as [string, (GitHttpFault | null)[]][])("%s is worth another try, which succeeds", async (_, faults) => {
    const injected = [...faults];
    await using server = await start(injected);
    const request = { repo: "acme/app", upstream: server.url("acme/app.git") };
    await expect(provider().fork(request)).rejects.toMatchObject({ code: "git_failed", retryable: true });
    injected.length = 0;
    expect(await provider().find(request)).toBeNull();
    expect((await provider().fork(request)).forkRepo).toBe("our-org/app");
  });

  test.each([401, 404])("%d is a missing upstream", async (status) => {
    await using server = await start([status, status]);
    const request = { repo: "acme/app", upstream: server.url("acme/app.git") };
    await expect(provider().fork(request)).rejects.toMatchObject({ code: "upstream_missing" });
  });

  test("silence ends with the time limit, or with the signal", async () => {
    await using server = await start(["hang", "hang"]);
    const request = { repo: "acme/app", upstream: server.url("acme/app.git") };
    await expect(provider(500).fork(request)).rejects.toMatchObject({ code: "git_failed", retryable: true });
    const reason = new Error("enough");
    const controller = new AbortController();
    const promise = provider().fork(request, controller.signal);
    setTimeout(() => controller.abort(reason), 300);
    await expect(promise).rejects.toBe(reason);
  });
});
