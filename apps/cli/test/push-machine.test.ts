import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type GitHubCampaign, githubCampaign } from "./support/github-campaign.ts";
import { filesWith, formsOf, watchForSecret } from "./support/secret-watch.ts";
import { uoWith } from "./support/uo.ts";

const BRANCH = "refs/heads/codeflash/optimize";

/** A campaign whose machine pushes by itself, with tokens of a few seconds. */
async function pushingCampaign(): Promise<GitHubCampaign> {
  const campaign = await githubCampaign("pushing-agent.sh", { installationTokenMs: 6000 });
  const { hub, folder } = campaign;
  await hub.addRepository({ repo: "our-org/other" });
  // The App may do more than its tokens: they are cut down to what a machine needs.
  const permissions = {
    contents: "write",
    administration: "write",
    workflows: "write",
    actions: "write",
  } as const;
  const { appId, privateKey } = await hub.addApp({ slug: "optimizer", account: "our-org", permissions });
  await writeFile(join(folder, "app.pem"), privateKey, { mode: 0o600 });
  const file = join(folder, "universe.config.json");
  const config = JSON.parse(await readFile(file, "utf8")) as { github: Record<string, unknown> };
  Object.assign(config.github, {
    push: "machine",
    app: { id: String(appId), privateKeyFile: "app.pem" },
    organizationActions: "off",
  });
  await writeFile(file, JSON.stringify(config));
  return campaign;
}

const sawAgent = (campaign: GitHubCampaign, name: string): Promise<string> =>
  readFile(join(campaign.outside, name), "utf8");

async function refsOf({ hub }: GitHubCampaign): Promise<Readonly<Record<string, string>>> {
  return (await hub.repository("our-org/sum"))?.refs ?? {};
}

it("lets the machine push its branch with a token of that repository, renews it, and takes it away", async () => {
  await using campaign = await pushingCampaign();
  const { hub, folder, env, token, git } = campaign;
  // Only the server's address is set, as an operator of an Enterprise server would.
  const { GITHUB_API_URL: _, ...settings } = env;
  await using watch = watchForSecret(token, join(folder, ".universe"));
  const start = await uoWith(settings, folder, "start");
  await watch[Symbol.asyncDispose]();
  expect(start.exitCode, start.stderr).toBe(0);

  // The machine itself pushed twice; the orchestrator found the branch there and pushed nothing.
  expect(await sawAgent(campaign, "push-1")).toMatch(
    /remote: universe: codeflash\/optimize is on the fork at [0-9a-f]{40}/,
  );
  expect(await sawAgent(campaign, "push-2")).toContain("is on the fork at");
  const pushes = (await hub.calls()).filter(
    ({ method, path, status }) =>
      method === "POST" && path.endsWith("/our-org/sum.git/git-receive-pack") && status === 200,
  );
  expect(pushes.map(({ token: id }) => id?.startsWith("installation-"))).not.toContain(false);
  const head = /on the fork at ([0-9a-f]{40})/.exec(await sawAgent(campaign, "push-2"))?.[1];
  expect((await refsOf(campaign))[BRANCH]).toBe(head);
  expect(start.stderr + start.stdout).toContain(
    `codeflash/optimize pushed to our-org/sum at ${head?.slice(0, 10)}`,
  );
  expect(await sawAgent(campaign, "push-workflow")).toMatch(/is not on the fork yet[\s\S]*workflow/);
  expect((await hub.workflowRuns()).filter(({ repo }) => repo !== "acme/sum")).toEqual([]);

  // One repository, its contents, and neither the organization's token nor a second look at the first one.
  const [one, two] = [await sawAgent(campaign, "token-1"), await sawAgent(campaign, "token-2")];
  expect(one).toMatch(/^ghs_/);
  expect(two).not.toBe(one);
  expect((await sawAgent(campaign, "token-mode")).trim()).toBe("600");
  expect(await sawAgent(campaign, "own-fork")).toContain("refs/heads/main");
  expect(await sawAgent(campaign, "other-repository")).toMatch(/error: 40[34]|denied|not found/i);
  expect(Object.keys((await hub.repository("our-org/other"))?.refs ?? {})).toEqual(["refs/heads/main"]);
  const given = (await hub.calls()).filter(
    ({ method, path }) => method === "POST" && path.endsWith("/access_tokens"),
  );
  expect(given.length).toBeGreaterThan(1);
  expect((await hub.repository("our-org/sum"))?.actionsOn).toBe(false);

  expect([...watch.inArguments, ...watch.inFiles]).toEqual([]);
  for (const { home } of watch.holders.values()) expect(home).not.toContain(join(".universe", "machines"));
  expect(await sawAgent(campaign, "agent-env")).not.toContain(token);
  for (const secret of [one, two]) {
    expect(await filesWith(folder, formsOf(secret))).toEqual([]);
    const starts = await git.starts();
    expect(
      starts.filter(({ args, environment }) =>
        formsOf(secret).some((form) => (args + environment).includes(form)),
      ),
    ).toEqual([]);
    expect(start.stdout + start.stderr).not.toContain(secret);
  }
  expect(await hub.violations()).toEqual([]);
});

it("holds back what fails the scan although the machine pushed it, and says what else the machine did to the fork", async () => {
  await using campaign = await pushingCampaign();
  const { folder, env, outside, hub } = campaign;
  await writeFile(join(outside, "misuse"), "");
  const limit = { cooldownMs: 7000, retryAfter: true };
  await hub.addFault({ path: "/repos/acme/sum", nth: 1, act: { limit } });
  const base = (await hub.repository("acme/sum"))?.refs["refs/heads/main"];
  const start = await uoWith(env, folder, "start");
  expect(start.exitCode).toBe(1);
  // Whoever watches is told why nothing happens, by the run that waits.
  expect(start.stderr).toMatch(/project-001 +fork +GitHub's limit: going on in \d+ s/);
  expect(start.stderr).toContain("branch: what looks like a GitHub token");
  expect(start.stderr).toContain("it is on the fork already");
  expect(start.stderr).toMatch(/the fork's main is at [0-9a-f]{10}, not at the run's base/);
  const refs = await refsOf(campaign);
  expect(refs[BRANCH]).toMatch(/^[0-9a-f]{40}$/);
  expect(refs["refs/heads/main"]).not.toBe(base);
  expect((await hub.repository("acme/sum"))?.refs).toEqual({ "refs/heads/main": base });
  expect(await readdir(join(folder, "results", "project-001"))).not.toContain("emails");
  expect(await hub.violations()).toEqual([]);
});
