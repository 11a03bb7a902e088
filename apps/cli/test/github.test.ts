import { execFile } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { type GitHubCampaign, githubCampaign } from "./support/github-campaign.ts";
import { filesWith, formsOf, type SecretWatch, watchForSecret } from "./support/secret-watch.ts";
import { trapServer } from "./support/trap-server.ts";
import { uoKilledWhen } from "./support/uo-killed-when.ts";
import { uoWith } from "./support/uo.ts";

const exec = promisify(execFile);
const BRANCH = "refs/heads/codeflash/optimize";

/** Hash, author, address, message of the branch's newest commit on the fork, and its parent. */
async function pushedCommit({ hub }: GitHubCampaign): Promise<string[]> {
  const folder = (await hub.repository("our-org/sum"))?.folder ?? "";
  const format = "--format=%H%x1f%an%x1f%ae%x1f%B%x1f%P";
  const { stdout } = await exec("git", ["--git-dir", folder, "log", "-1", format, BRANCH]);
  return stdout
    .trim()
    .split("\x1f")
    .map((field) => field.trim());
}

/** Fails if the token came to anybody but `uo` and the git processes that it started itself. */
async function expectNoLeak({ folder, token, hub, git }: GitHubCampaign, watch: SecretWatch): Promise<void> {
  expect(watch.looks).toBeGreaterThan(100);
  expect([...watch.inArguments]).toEqual([]);
  expect([...watch.inFiles]).toEqual([]);
  const holders = [...watch.holders.values()];
  // That `uo` itself was seen with it shows that the others would have been.
  expect(holders.some(({ command }) => command.includes("main.ts start"))).toBe(true);
  // Until it has become git, the recorder is what was started in git's place.
  const recorder = `/bin/sh ${join(git.bin, "git")} `;
  for (const { command, home } of holders) {
    expect(command.replace(recorder, "git ")).toMatch(
      /main\.ts start|^(\S*\/)?git |git-remote-http|^(\/bin\/)?sh -c .*UNIVERSE_GIT_TOKEN/,
    );
    expect(home).not.toContain(join(".universe", "machines"));
  }
  const has = (text: string): boolean => formsOf(token).some((form) => text.includes(form));
  const starts = await git.starts();
  expect(starts.filter(({ args }) => has(args))).toEqual([]);
  const given = starts.filter(({ environment }) => has(environment));
  // It is git itself that pushes, with the token in a variable of its own.
  expect(given.some(({ args }) => /^push$/m.test(args))).toBe(true);
  expect(given.filter(({ environment }) => /^HOME=.*\.universe\/machines/m.test(environment))).toEqual([]);
  expect(given.filter(({ environment }) => !environment.includes("UNIVERSE_GIT_TOKEN="))).toEqual([]);
  expect(await filesWith(folder, formsOf(token))).toEqual([]);
  // A token in a URL would be one.
  expect(await hub.violations()).toEqual([]);
}

it("forks on GitHub, switches Actions off before the first push, and pushes what the agent committed", async () => {
  await using campaign = await githubCampaign("quick-agent.sh");
  const { hub, folder, env, token } = campaign;
  const base = (await hub.repository("acme/sum"))?.refs["refs/heads/main"];
  await using watch = watchForSecret(token, join(folder, ".universe"));
  const start = await uoWith(env, folder, "start");
  await watch[Symbol.asyncDispose]();
  expect(start.exitCode, start.stderr).toBe(0);
  expect(start.stdout).toMatch(/project-001 {2}acme\/sum .*completed/);

  const summary = JSON.parse(
    await readFile(join(folder, "results", "project-001", "summary.json"), "utf8"),
  ) as {
    optimizations: { commit: string }[];
  };
  const [sha, , , message, parent] = await pushedCommit(campaign);
  expect([sha, message, parent]).toEqual([summary.optimizations[0]?.commit, "Sum without reduce", base]);
  expect(await hub.repository("our-org/sum")).toMatchObject({ parent: "acme/sum", actionsOn: false });
  expect((await hub.repository("acme/sum"))?.refs).toEqual({ "refs/heads/main": base });

  const calls = await hub.calls();
  const nth = (method: string, path: RegExp): number =>
    calls.findIndex((call) => call.method === method && path.test(call.path) && (call.status ?? 500) < 300);
  expect(nth("POST", /\/acme\/sum\/forks$/)).toBeGreaterThan(-1);
  const off = nth("PUT", /\/our-org\/sum\/actions\/permissions$/);
  expect(off).toBeGreaterThan(-1);
  expect(
    calls
      .slice(off)
      .findIndex(({ method, path }) => method === "GET" && path.endsWith("/actions/permissions")),
  ).toBeGreaterThan(0);
  expect(nth("POST", /git-receive-pack$/)).toBeGreaterThan(off);
  // One fork, one push, and no workflow ran.
  expect(calls.filter(({ method, path }) => method === "POST" && path.endsWith("/forks"))).toHaveLength(1);
  expect(
    calls.filter(({ method, path }) => method === "POST" && path.endsWith("git-receive-pack")),
  ).toHaveLength(1);
  expect((await hub.workflowRuns()).filter(({ repo }) => repo !== "acme/sum")).toEqual([]);
  expect(await hub.mismatches()).toEqual([]);
  expect(start.stdout + start.stderr).not.toContain(token);
  await expectNoLeak(campaign, watch);

  const results = await uoWith(env, folder, "results", "project-001");
  expect(results.stdout).toContain(`Branch: ${hub.serverUrl}/our-org/sum/tree/codeflash/optimize`);
  expect(results.stdout).not.toContain(token);
});

it("gives the token to nobody, whatever repository, agent and configuration plant", async () => {
  await using campaign = await githubCampaign("hostile-agent.sh");
  const { hub, folder, env, token, outside } = campaign;
  await using trap = await trapServer();
  const spy = join(outside, "spy");
  await writeFile(join(outside, "trap-url"), trap.url);
  await writeFile(join(outside, "server-url"), hub.serverUrl);
  // It notes its arguments, environment and input, and answers nothing.
  await writeFile(
    spy,
    `#!/bin/sh\n{ echo "== $0 $*"; env; timeout 1 cat; } >> '${join(outside, "caught")}' 2>&1\nexit 0\n`,
  );
  await chmod(spy, 0o755);
  await hub.commit("acme/sum", {
    message: "Helpful settings",
    files: {
      ".githooks/pre-push": await readFile(spy, "utf8"),
      ".gitattributes": "* filter=spy\n",
      ".lfsconfig": `[lfs]\n\turl = ${trap.url}\n`,
    },
  });
  // And the operator's own git has been tampered with: its configuration, and the environment.
  const instead = `[url "${trap.url}/"]\n\tinsteadOf = ${hub.serverUrl}/\n`;
  await writeFile(
    join(folder, ".gitconfig"),
    `${instead}[core]\n\thooksPath = ${outside}/hooks\n\taskPass = ${spy}\n[credential]\n\thelper = ${spy}\n[http]\n\tproxy = ${trap.url}\n`,
  );
  const tampered = {
    ...env,
    GIT_ASKPASS: spy,
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: `url.${trap.url}/.insteadOf`,
    GIT_CONFIG_VALUE_0: `${hub.serverUrl}/`,
    GIT_CONFIG_KEY_1: "credential.helper",
    GIT_CONFIG_VALUE_1: spy,
    GIT_TRACE: join(outside, "trace"),
    GIT_TRACE_CURL: join(outside, "trace-curl"),
    GIT_TRACE_REDACT: "0",
  };

  await using watch = watchForSecret(token, join(folder, ".universe"));
  const start = await uoWith(tampered, folder, "start");
  await watch[Symbol.asyncDispose]();
  expect(start.exitCode, start.stderr).toBe(0);

  const [, author, address, message] = await pushedCommit(campaign);
  expect([author, address, message]).toEqual([
    "Agent Smith",
    "smith@example.com",
    "Sum without reduce\n\nWith a body, and ünï.",
  ]);
  // The agent's own push to GitHub found no credential; only the orchestrator's branch is there.
  expect(Object.keys((await hub.repository("our-org/sum"))?.refs ?? {})).toEqual([BRANCH, "refs/heads/main"]);
  // The spy is a real one: the agent's own push ran it.
  expect(await readFile(join(outside, "caught"), "utf8")).toContain("pre-push");
  // And so is the trap: the agent was sent there by its own settings.
  expect(trap.heard.length).toBeGreaterThan(0);
  const forms = formsOf(token);
  expect(await filesWith(outside, forms)).toEqual([]);
  expect(trap.heard.filter((request) => forms.some((form) => request.includes(form)))).toEqual([]);
  expect(start.stdout + start.stderr).not.toContain(token);
  await expectNoLeak(campaign, watch);
});

it("is killed when the fork was made and when the branch was pushed, before it heard of either, and doubles nothing", async () => {
  await using campaign = await githubCampaign("quick-agent.sh");
  const { hub, folder, env, outside } = campaign;
  const fork = async (): Promise<boolean> => (await hub.repository("our-org/sum"))?.phase === "ready";
  const pushed = async (): Promise<boolean> => BRANCH in ((await hub.repository("our-org/sum"))?.refs ?? {});
  const kills = [
    { path: "/repos/acme/sum/forks", done: fork },
    { path: "/our-org/sum.git/git-receive-pack", done: pushed },
  ];
  for (const { path, done } of kills) {
    const rule = await hub.addFault({ method: "POST", path, when: "after", act: "hang" });
    await uoKilledWhen(env, folder, done);
    await hub.clearFaults(rule);
  }
  const start = await uoWith(env, folder, "start");
  expect(start.exitCode, start.stderr).toBe(0);
  expect(start.stdout).toMatch(/project-001 {2}acme\/sum .*completed/);
  expect(await hub.repositories("our-org")).toEqual(["our-org/sum"]);
  const posts = (await hub.calls()).filter(({ method }) => method === "POST");
  expect(posts.filter(({ path }) => path.endsWith("/acme/sum/forks"))).toHaveLength(1);
  // The push that was made still waits for its answer, in a git that outlived `uo`: there was no other.
  expect(posts.filter(({ path }) => path.endsWith("git-receive-pack"))).toEqual([]);
  const launches = await readFile(join(outside, "launches"), "utf8");
  expect(launches.trim().split("\n")).toHaveLength(1);
});
