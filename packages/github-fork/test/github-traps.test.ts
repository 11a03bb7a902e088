import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Fork } from "@universe-optimize/github-fork";
import { appTokens, fixedToken, type GitHubForkProvider } from "@universe-optimize/github-fork/github";
import { policyVerdict, readPolicy } from "@universe-optimize/github-fork/policy";
import { commitOnBundle, type BundleWork } from "@universe-optimize/github-fork/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { fast, type Hub, openHub } from "./github-stage.ts";

const branch = "codeflash/optimize";
const app = { repo: "acme/app", upstream: null };

let hub: Hub;
let works = 0;
const open = async (...args: Parameters<typeof openHub>): Promise<GitHubForkProvider> => {
  await hub[Symbol.asyncDispose]();
  hub = await openHub(...args);
  return hub.provider();
};
beforeEach(async () => {
  hub = await openHub();
});
afterEach(async () => {
  const [mismatches, violations] = [await hub.server.mismatches(), await hub.server.violations()];
  await hub[Symbol.asyncDispose]();
  expect(mismatches).toEqual([]);
  expect(violations).toEqual([]);
});

async function work(provider: GitHubForkProvider, fork: Fork, ...names: string[]): Promise<BundleWork> {
  const file = join(hub.folder, `fork-${works++}.bundle`);
  await provider.bundle(fork, file);
  return await commitOnBundle(file, join(hub.folder, `work-${works++}`), branch, names);
}

/** `GET /repos/acme/app` and the like, in their order. */
async function asked(): Promise<string[]> {
  const calls = await hub.server.calls();
  return calls.map(({ method, path }) => `${method} ${path.replace("/api/v3", "").split("?")[0] ?? ""}`);
}

const posts = async (): Promise<string[]> =>
  (await asked()).filter((call) => call.startsWith("POST /repos/"));

describe("a fork that takes its time", () => {
  test("is waited for: hidden, not exported, an empty clone that succeeds, not writable yet", async () => {
    const provider = await open({ fork: { hiddenMs: 100, unexportedMs: 150, emptyMs: 150, readOnlyMs: 50 } });
    const { sha } = await hub.server.addRepository(app);
    const fork = await provider.fork(app);
    expect(fork.baseSha).toBe(sha);
    expect(hub.lines.join("\n")).toContain("waiting for our-org/app");
    expect((await posts()).filter((path) => path.endsWith("/forks"))).toHaveLength(1);
  });

  test("and never becomes ready is given up, to be tried again", async () => {
    await hub.server.addRepository({ ...app, forkFate: "never-ready" });
    const provider = hub.provider({ pace: { ...fast, forkReadyMs: 400 } });
    await expect(provider.fork(app)).rejects.toMatchObject({
      code: "not_ready",
      retryable: true,
      message: expect.stringContaining("our-org/app"),
    });
    // Asked again it is the same one, not a second.
    await expect(provider.fork(app)).rejects.toMatchObject({ code: "not_ready" });
    expect(await hub.server.repositories("our-org")).toEqual(["our-org/app"]);
  });

  test("ends its wait when aborted", async () => {
    await hub.server.addRepository({ ...app, forkFate: "never-ready" });
    const provider = hub.provider({ pace: { ...fast, pollMs: 60_000, forkReadyMs: 300_000 } });
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 500);
    await expect(provider.fork(app, controller.signal)).rejects.toBe(reason);
  });
});

describe("names", () => {
  test("another repository's fork of the name is left alone", async () => {
    await hub.server.addRepository({ repo: "other/app" });
    await hub.server.addRepository(app);
    await hub.server.addRepository({ repo: "our-org/app", forkOf: "other/app" });
    const fork = await hub.provider().fork(app);
    expect(fork.forkRepo).toBe("our-org/acme-app");
    expect((await hub.server.repository("our-org/acme-app"))?.parent).toBe("acme/app");
    expect(await hub.provider().find(app)).toEqual(fork);
  });

  test("both taken", async () => {
    await hub.server.addRepository(app);
    await hub.server.addRepository({ repo: "our-org/app" });
    await hub.server.addRepository({ repo: "our-org/acme-app" });
    await expect(hub.provider().fork(app)).rejects.toMatchObject({ code: "name_taken", retryable: false });
    expect(await posts()).toEqual([]);
  });

  test("a fork of a fork is not the upstream's", async () => {
    await hub.server.addRepository(app);
    await hub.server.addRepository({ repo: "else/app", forkOf: "acme/app" });
    await hub.server.addRepository({ repo: "our-org/app", forkOf: "else/app" });
    expect((await hub.provider().fork(app)).forkRepo).toBe("our-org/acme-app");
  });

  test("'-1' is not taken, not repeated, and not deleted", async () => {
    await hub.server.addRepository(app);
    await hub.server.addRepository({ repo: "our-org/app" });
    await hub.server.addFault({
      method: "GET",
      path: "/repos/our-org/app",
      act: { status: 404, body: { message: "Not Found" } },
    });
    for (let i = 0; i < 2; i++) {
      await expect(hub.provider().fork(app)).rejects.toMatchObject({
        code: "name_taken",
        retryable: false,
        message: expect.stringContaining("our-org/app-1"),
      });
    }
    expect(await hub.server.repositories("our-org")).toEqual(["our-org/app", "our-org/app-1"]);
  });

  test("a fork is found by its parent after the upstream was renamed", async () => {
    await hub.server.addRepository(app);
    const provider = hub.provider();
    const fork = await provider.fork(app);
    await hub.server.renameRepository("acme/app", "acme/app-next");
    await expect(provider.fork(app)).rejects.toMatchObject({
      code: "upstream_renamed",
      retryable: false,
      message: expect.stringContaining("acme/app-next"),
    });
    // The new name gives other candidates; the old fork stays what it was.
    expect(await provider.branchSha(fork, fork.defaultBranch)).toBe(fork.baseSha);
  });
});

describe("upstreams that are skipped", () => {
  test.each([
    ["upstream_archived", { archived: true }],
    ["upstream_disabled", { disabled: true }],
    ["forking_disabled", { allowForking: false }],
  ])("%s", async (code, facts) => {
    await hub.server.addRepository({ ...app, ...facts });
    await expect(hub.provider().fork(app)).rejects.toMatchObject({ code, retryable: false });
    expect(await posts()).toEqual([]);
  });

  test("private", async () => {
    await hub.server.addRepository({ repo: "robin/app", private: true });
    await expect(hub.provider().fork({ repo: "robin/app", upstream: null })).rejects.toMatchObject({
      code: "upstream_private",
    });
  });

  test("a refusal that only the request for the fork tells", async () => {
    await hub.server.addRepository(app);
    const body = { message: "The repository exists, but forking is disabled." };
    await hub.server.addFault({ method: "POST", path: "/repos/acme/app/forks", act: { status: 403, body } });
    await expect(hub.provider().fork(app)).rejects.toMatchObject({
      code: "forking_disabled",
      retryable: false,
    });
  });

  test("elsewhere, and in the organization itself", async () => {
    await hub.server.addRepository({ repo: "our-org/own" });
    const own = hub.provider().fork({ repo: "our-org/own", upstream: null });
    await expect(own).rejects.toMatchObject({ code: "invalid_request" });
    const upstream = "https://git.example.com/acme/app.git";
    await expect(hub.provider().fork({ repo: "acme/app", upstream })).rejects.toMatchObject({
      code: "invalid_request",
    });
    await hub.server.addRepository(app);
    const here = `${hub.server.serverUrl}/acme/app.git`;
    expect((await hub.provider().fork({ repo: "acme/app", upstream: here })).repo).toBe("acme/app");
  });

  test("an organization that this token may not fork into", async () => {
    await hub.server.addRepository(app);
    await hub.server.addOrganization({ login: "closed-org" });
    const provider = hub.provider({ organization: "closed-org" });
    await expect(provider.fork(app)).rejects.toMatchObject({ code: "forbidden", retryable: false });
  });
});

describe("a request whose answer is lost", () => {
  test.each(["cut", { status: 502, body: { message: "Bad gateway" } }] as const)(
    "%j: looks before it asks again",
    async (act) => {
      await hub.server.addRepository(app);
      await hub.server.addFault({
        method: "POST",
        path: "/repos/acme/app/forks",
        nth: 1,
        when: "after",
        act,
      });
      expect((await hub.provider().fork(app)).forkRepo).toBe("our-org/app");
      expect(await posts()).toHaveLength(1);
      expect(await hub.server.repositories("our-org")).toEqual(["our-org/app"]);
    },
  );

  test("and did nothing: asks again", async () => {
    await hub.server.addRepository(app);
    await hub.server.addFault({
      method: "POST",
      path: "/repos/acme/app/forks",
      nth: 1,
      act: { status: 503 },
    });
    expect((await hub.provider().fork(app)).forkRepo).toBe("our-org/app");
    expect(await posts()).toHaveLength(2);
  });
});

describe("Actions", () => {
  test("are off, and read back, before anything is pushed", async () => {
    await hub.server.addRepository({
      ...app,
      commits: [{ files: { "a.txt": "a\n", ".github/workflows/ci.yml": "on: push\n" } }],
    });
    const provider = hub.provider();
    const fork = await provider.fork(app);
    expect((await hub.server.repository(fork.forkRepo))?.actionsOn).toBe(false);
    const done = await work(provider, fork, "fast.txt");
    // Somebody switches them on meanwhile.
    await fetch(`${hub.server.apiUrl}/repos/${fork.forkRepo}/actions/permissions`, {
      method: "PUT",
      headers: { authorization: `Bearer ${hub.token}`, "content-type": "application/json" },
      body: '{"enabled":true}',
    });
    expect((await hub.server.repository(fork.forkRepo))?.actionsOn).toBe(true);
    await provider.push({ fork, bundleFile: done.bundleFile, branch, sha: done.sha });
    expect(await hub.server.workflowRuns()).toEqual([]);
    const calls = await asked();
    const off = calls.lastIndexOf("PUT /repos/our-org/app/actions/permissions");
    expect(calls.slice(off + 1).indexOf("GET /repos/our-org/app/actions/permissions")).toBe(0);
    expect(calls.findLastIndex((call) => call.endsWith("git-receive-pack"))).toBeGreaterThan(off);
  });

  test("that cannot be switched off keep the fork from being used", async () => {
    await hub.server.addRepository(app);
    const body = { message: "Resource not accessible" };
    await hub.server.addFault({
      method: "PUT",
      path: "/repos/*/actions/permissions",
      act: { status: 403, body },
    });
    await expect(hub.provider().fork(app)).rejects.toMatchObject({
      code: "actions_enabled",
      retryable: false,
    });
  });

  test("of the whole organization, where that is asked for", async () => {
    await hub.server.addRepository(app);
    const provider = hub.provider({ organizationActions: "off" });
    await provider.fork(app);
    const calls = await asked();
    expect(calls.indexOf("PUT /orgs/our-org/actions/permissions")).toBeGreaterThanOrEqual(0);
    expect(calls.indexOf("PUT /orgs/our-org/actions/permissions")).toBeLessThan(
      calls.indexOf("POST /repos/acme/app/forks"),
    );
    expect((await hub.server.repository("our-org/app"))?.actionsOn).toBe(false);
  });

  test("of the organization are left alone otherwise, or where the token may not", async () => {
    const provider = await open({}, ["public_repo", "workflow"]);
    await hub.server.addRepository(app);
    await provider.fork(app);
    expect((await asked()).some((call) => call.includes("/orgs/"))).toBe(false);
    await hub.provider({ organizationActions: "off" }).fork(app);
    expect(hub.lines.join("\n")).toContain("cannot be switched off by this token");
  });
});

describe("push", () => {
  test("a change of workflows without the scope for it", async () => {
    const provider = await open({}, ["repo"]);
    await hub.server.addRepository(app);
    const fork = await provider.fork(app);
    const done = await work(provider, fork, "fast.txt");
    await mkdir(join(done.folder, ".github", "workflows"), { recursive: true });
    await writeFile(join(done.folder, ".github", "workflows", "ci.yml"), "on: push\n");
    await done.git("add", ".");
    await done.git("commit", "--quiet", "--message=Add a workflow");
    await done.git("bundle", "create", "--quiet", done.bundleFile, branch, "--not", fork.baseSha);
    const sha = await done.git("rev-parse", "HEAD");
    await expect(provider.push({ fork, bundleFile: done.bundleFile, branch, sha })).rejects.toMatchObject({
      code: "workflow_scope",
      retryable: false,
      message: expect.stringContaining("workflow"),
    });
    expect(await provider.branchSha(fork, branch)).toBeNull();
  });

  test("keeps authors and messages, and is verified against the base", async () => {
    await hub.server.addRepository(app);
    const provider = hub.provider();
    const fork = await provider.fork(app);
    const done = await work(provider, fork, "fast.txt");
    await provider.push({ fork, bundleFile: done.bundleFile, branch, sha: done.sha });
    expect(await provider.verifyBranch(fork, branch, done.sha)).toMatchObject({
      ok: true,
      reason: null,
      compared: { status: "ahead", aheadBy: 1, mergeBaseSha: fork.baseSha, changedFiles: 1 },
    });
    expect(await provider.verifyBranch(fork, branch, fork.baseSha)).toMatchObject({
      ok: false,
      sha: done.sha,
    });
    expect(await provider.compare(fork, "none")).toBeNull();
    const strayed = await hub.server.commit("our-org/app", { files: { "b.txt": "b\n" } });
    expect(await provider.verifyBranch({ ...fork, baseSha: strayed }, branch, done.sha)).toMatchObject({
      ok: false,
    });
  });

  test("goes to the organization's forks only", async () => {
    await hub.server.addRepository(app);
    const provider = hub.provider();
    const fork = await provider.fork(app);
    for (const forkRepo of ["acme/app", "else/app"]) {
      const astray = provider.push({
        fork: { ...fork, forkRepo },
        bundleFile: "x",
        branch,
        sha: fork.baseSha,
      });
      await expect(astray).rejects.toMatchObject({ code: "invalid_request" });
    }
  });

  test("with a token that was revoked", async () => {
    await hub.server.addRepository(app);
    const fork = await hub.provider().fork(app);
    const done = await work(hub.provider(), fork, "fast.txt");
    const wrong = fixedToken(["gh", "p_", "x".repeat(36)].join(""));
    const pushed = hub
      .provider({ token: wrong })
      .push({ fork, bundleFile: done.bundleFile, branch, sha: done.sha });
    await expect(pushed).rejects.toMatchObject({ code: "unauthorized", retryable: false });
    const none = hub.provider({ token: fixedToken("") }).fork(app);
    await expect(none).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("GITHUB_TOKEN"),
    });
  });

  test("leaves the token in no argument, file or message", async () => {
    // A git that writes down how it was called, before the true one.
    const bin = join(hub.folder, "bin");
    await mkdir(bin);
    const log = join(hub.folder, "arguments");
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}'\nenv | grep -c '^UNIVERSE_GIT_TOKEN=' >> '${log}.env'\nPATH="\${PATH#*:}" exec git "$@"\n`;
    await writeFile(join(bin, "git"), script, { mode: 0o755 });
    const before = process.env["PATH"];
    process.env["PATH"] = `${bin}:${before}`;
    try {
      await hub.server.addRepository(app);
      const provider = hub.provider();
      const fork = await provider.fork(app);
      const done = await work(provider, fork, "fast.txt");
      await provider.push({ fork, bundleFile: done.bundleFile, branch, sha: done.sha });
    } finally {
      process.env["PATH"] = before;
    }
    const seen = await readFile(log, "utf8");
    expect(seen).toContain("ls-remote");
    expect(seen).toContain("credential.helper=");
    expect(seen).not.toContain(hub.token);
    // Given to some runs of git, those that talk to the server, and not to the others.
    expect(new Set((await readFile(`${log}.env`, "utf8")).trim().split("\n"))).toEqual(new Set(["0", "1"]));
    for (const entry of await readdir(join(hub.folder, "forks"), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(await readFile(join(entry.parentPath, entry.name), "latin1")).not.toContain(hub.token);
    }
    expect(hub.lines.join("\n")).not.toContain(hub.token);
  });
});

describe("sync", () => {
  test("fast-forwards an old fork, and says when there is nothing to do", async () => {
    await hub.server.addRepository(app);
    const provider = hub.provider();
    const fork = await provider.fork(app);
    expect(await provider.sync(fork)).toEqual({ fork, outcome: "up_to_date", reason: null });
    const head = await hub.server.commit("acme/app", { files: { "later.txt": "later\n" } });
    expect(await provider.sync(fork)).toEqual({
      fork: { ...fork, baseSha: head },
      outcome: "fast_forwarded",
      reason: null,
    });
  });

  test("keeps a fork that has commits of its own", async () => {
    await hub.server.addRepository(app);
    const provider = hub.provider();
    await provider.fork(app);
    const own = await hub.server.commit("our-org/app", { files: { "own.txt": "own\n" } });
    await hub.server.commit("acme/app", { files: { "later.txt": "later\n" } });
    const fork = await provider.fork(app);
    expect(await provider.sync(fork)).toMatchObject({ fork: { baseSha: own }, outcome: "kept" });
    expect(await provider.branchSha(fork, fork.defaultBranch)).toBe(own);
  });

  test("keeps it where workflows changed that the token may not write, or on a conflict", async () => {
    const provider = await open({}, ["repo"]);
    await hub.server.addRepository(app);
    const fork = await provider.fork(app);
    await hub.server.commit("acme/app", { files: { ".github/workflows/ci.yml": "on: push\n" } });
    expect(await provider.sync(fork)).toMatchObject({
      fork,
      outcome: "kept",
      reason: expect.stringContaining("workflow"),
    });
    await hub.server.addFault({
      method: "POST",
      path: "/repos/*/merge-upstream",
      act: { status: 409, body: { message: "conflict" } },
    });
    expect(await provider.sync(fork)).toMatchObject({
      fork,
      outcome: "kept",
      reason: expect.stringContaining("conflict"),
    });
  });
});

test("a review is opened once, on the fork, and never upstream", async () => {
  await hub.server.addRepository(app);
  const provider = hub.provider();
  const fork = await provider.fork(app);
  const done = await work(provider, fork, "fast.txt");
  await provider.push({ fork, bundleFile: done.bundleFile, branch, sha: done.sha });
  const review = await provider.openReview(fork, branch);
  expect(await provider.openReview(fork, branch)).toEqual(review);
  expect(review.webUrl).toContain("/our-org/app/pull/");
  const pulls = (await posts()).filter((path) => path.includes("/pulls"));
  expect(pulls).toEqual(["POST /repos/our-org/app/pulls"]);
  for (const forkRepo of ["acme/app", "else/app"])
    await expect(provider.openReview({ ...fork, forkRepo }, branch)).rejects.toMatchObject({
      code: "invalid_request",
    });
  // Not even where the organization holds a repository of its own under that name.
  await hub.server.addRepository({ repo: "our-org/plain" });
  const plain = provider.openReview({ ...fork, forkRepo: "our-org/plain" }, branch);
  await expect(plain).rejects.toMatchObject({ code: "invalid_request" });
});

test("nothing follows a fork that was moved elsewhere", async () => {
  await hub.server.addRepository(app);
  const provider = hub.provider();
  const fork = await provider.fork(app);
  const done = await work(provider, fork, "fast.txt");
  await hub.server.renameRepository("our-org/app", "else/app");
  const pushed = provider.push({ fork, bundleFile: done.bundleFile, branch, sha: done.sha });
  await expect(pushed).rejects.toMatchObject({ code: "server_failed", retryable: false });
  await expect(provider.openReview(fork, branch)).rejects.toMatchObject({ code: "invalid_request" });
  await expect(provider.sync(fork)).rejects.toMatchObject({ name: "ForkError" });
  expect(Object.keys((await hub.server.repository("else/app"))?.refs ?? {})).not.toContain(
    `refs/heads/${branch}`,
  );
});

describe("a machine's token", () => {
  test("reaches that fork's contents and nothing else", async () => {
    await hub.server.addRepository(app);
    await hub.server.addRepository({ repo: "acme/lib" });
    const fork = await hub.provider().fork(app);
    await hub.provider().fork({ repo: "acme/lib", upstream: null });
    const permissions = { contents: "write", administration: "write" } as const;
    const made = await hub.server.addApp({ slug: "optimizer", account: "our-org", permissions });
    const tokens = appTokens({ ...made, organization: "our-org", apiUrl: hub.server.apiUrl });
    const machine = await hub.provider({ app: tokens }).machineToken(fork);
    expect(machine).toMatchObject({ repo: "our-org/app", expiresAt: expect.stringMatching(/^\d{4}-/) });
    expect(machine.token).not.toBe(hub.token);
    const put = async (path: string, body: object): Promise<number> =>
      (
        await fetch(`${hub.server.apiUrl}${path}`, {
          method: "PUT",
          headers: { authorization: `Bearer ${machine.token}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        })
      ).status;
    expect(await put("/repos/our-org/app/actions/permissions", { enabled: true })).toBe(403);
    expect(await tokens.token()).not.toBe(machine.token);
    await expect(tokens.repositoryToken("acme/app")).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("needs an App, with its own key, on that organization", async () => {
    await hub.server.addRepository(app);
    const fork = await hub.provider().fork(app);
    await expect(hub.provider().machineToken(fork)).rejects.toMatchObject({ code: "invalid_request" });
    const one = await hub.server.addApp({
      slug: "one",
      account: "our-org",
      permissions: { contents: "write" },
    });
    const other = await hub.server.addApp({
      slug: "other",
      account: "acme",
      permissions: { contents: "write" },
    });
    const tokens = (parts: { appId: number; privateKey: string }) =>
      hub
        .provider({ app: appTokens({ ...parts, organization: "our-org", serverUrl: hub.server.serverUrl }) })
        .machineToken(fork);
    await expect(tokens({ appId: one.appId, privateKey: other.privateKey })).rejects.toMatchObject({
      code: "unauthorized",
    });
    await expect(tokens(other)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("Install it"),
    });
  });
});

describe("diagnose", () => {
  const states = async (provider: GitHubForkProvider): Promise<Record<string, string>> =>
    Object.fromEntries((await provider.diagnose()).map(({ name, state }) => [name, state]));

  test("good", async () => {
    expect(await states(hub.provider())).toEqual({
      token: "good",
      organization: "good",
      actions: "note",
      limits: "good",
    });
    await hub.server.setOrganizationActions("our-org", "none");
    expect(await states(hub.provider())).toMatchObject({ actions: "good" });
  });

  test("no token, a wrong one, too little scope, no such organization, no member of it", async () => {
    expect(await states(hub.provider({ token: fixedToken(null) }))).toEqual({ token: "bad" });
    expect(await states(hub.provider({ token: fixedToken("nonsense") }))).toEqual({ token: "bad" });
    const { token } = await hub.server.addToken({ login: "robin", scopes: ["gist"] });
    expect(await states(hub.provider({ token: fixedToken(token) }))).toMatchObject({ token: "bad" });
    expect(await states(hub.provider({ organization: "nobody" }))).toMatchObject({ organization: "bad" });
    await hub.server.addOrganization({ login: "closed-org" });
    expect(await states(hub.provider({ organization: "closed-org" }))).toMatchObject({ organization: "bad" });
    expect(await states(hub.provider({ apiUrl: "http://127.0.0.1:9" }))).toEqual({ token: "bad" });
  });
});

test("an upstream's policy is read over the API, and costs nothing when asked again", async () => {
  await hub.server.addRepository({
    ...app,
    commits: [
      {
        files: {
          "README.md": "# App\n",
          ".github/CONTRIBUTING.md": "# Contributing\n\nWe do not accept AI-generated contributions.\n",
        },
      },
    ],
  });
  const provider = hub.provider();
  const read = async () => {
    await using files = await provider.upstreamFiles(app);
    return policyVerdict(await readPolicy(files));
  };
  const verdict = {
    kind: "refuses",
    topic: "ai",
    file: ".github/CONTRIBUTING.md",
    line: 3,
    quote: "We do not accept AI-generated contributions.",
  };
  expect(await read()).toEqual(verdict);
  const before = (await hub.server.calls()).length;
  expect(await read()).toEqual(verdict);
  const again = (await hub.server.calls()).slice(before);
  expect(again.length).toBeGreaterThan(2);
  expect(again.filter(({ status }) => status !== 304 && status !== 404)).toEqual([]);
});

test("an account's shared policy counts where the repository has none", async () => {
  await hub.server.addRepository(app);
  await hub.server.addRepository({
    repo: "acme/.github",
    commits: [{ files: { "CONTRIBUTING.md": "No AI-generated code.\n" } }],
  });
  await using files = await hub.provider().upstreamFiles(app);
  expect(policyVerdict(await readPolicy(files))).toMatchObject({
    kind: "refuses",
    file: ".github:CONTRIBUTING.md",
  });
});

test("what the server says of a repository", async () => {
  await hub.server.addRepository({
    ...app,
    language: "Python",
    license: "MIT",
    stars: 7,
    description: "Fast\u001b[2J",
  });
  expect(await hub.provider().repository("acme/app")).toMatchObject({
    repo: "acme/app",
    language: "Python",
    license: "MIT",
    stars: 7,
    archived: false,
    defaultBranch: "main",
    description: "Fast",
    parent: null,
  });
  expect(await hub.provider().repository("acme/none")).toBeNull();
});
