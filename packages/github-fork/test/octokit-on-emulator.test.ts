import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { startGitHub } from "@universe-optimize/test-servers/github";
import { expect, test } from "vitest";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

test("Octokit itself cannot tell the emulator from GitHub", async () => {
  await using hub = await startGitHub();
  await hub.addOrganization({ login: "our-org", members: { robin: "admin" } });
  await hub.addRepository({ repo: "acme/app", commits: [{ files: { "a.txt": "a\n" } }] });
  await hub.addUniverse({ seed: 3, count: 120 });
  const { token } = await hub.addToken({ login: "robin", scopes: ["repo", "admin:org"] });
  // At both addresses: an Enterprise server's, and a root as api.github.com is.
  for (const baseUrl of [hub.apiUrl, hub.serverUrl]) {
    const octokit = new Octokit({ auth: token, baseUrl, log: quiet });
    const { data } = await octokit.rest.repos.get({ owner: "acme", repo: "app" });
    expect(data.full_name).toBe("acme/app");
    const pages = octokit.paginate.iterator(octokit.rest.search.repos, {
      q: "stars:>0 fork:true",
      per_page: 50,
    });
    let found = 0;
    for await (const page of pages) found += page.data.length;
    expect(found).toBe(120);
    expect(
      await octokit.graphql(
        "query($q: String!) { search(type: REPOSITORY, query: $q, first: 1) { repositoryCount } }",
        { q: "stars:>0" },
      ),
    ).toEqual({
      search: { repositoryCount: expect.any(Number) as number },
    });
  }
  const octokit = new Octokit({ auth: token, baseUrl: hub.apiUrl, log: quiet });
  const fork = await octokit.rest.repos.createFork({ owner: "acme", repo: "app", organization: "our-org" });
  expect(fork.data.parent?.full_name).toBe("acme/app");
  await octokit.rest.actions.setGithubActionsPermissionsRepository({
    owner: "our-org",
    repo: "app",
    enabled: false,
  });
  const permissions = await octokit.rest.actions.getGithubActionsPermissionsRepository({
    owner: "our-org",
    repo: "app",
  });
  expect(permissions.data.enabled).toBe(false);
  const { headers } = await octokit.rest.repos.get({ owner: "our-org", repo: "app" });
  const again = octokit.request("GET /repos/our-org/app", { headers: { "if-none-match": headers.etag } });
  await expect(again).rejects.toMatchObject({ status: 304 });
  // It follows a renamed repository to its number.
  await hub.renameRepository("acme/app", "globex/app");
  expect((await octokit.rest.repos.get({ owner: "acme", repo: "app" })).data.full_name).toBe("globex/app");
  expect(await hub.mismatches()).toEqual([]);
});

test("an App's own authentication gets an installation's token for one repository", async () => {
  await using hub = await startGitHub();
  await hub.addOrganization({ login: "our-org" });
  await hub.addRepository({ repo: "our-org/app" });
  await hub.addRepository({ repo: "our-org/other" });
  const app = await hub.addApp({ slug: "pusher", account: "our-org", permissions: { contents: "write" } });
  const { appId, privateKey, installationId } = app;
  const asApp = new Octokit({
    authStrategy: createAppAuth,
    auth: { appId, privateKey },
    baseUrl: hub.apiUrl,
    log: quiet,
  });
  const wanted = { type: "installation", installationId, repositoryNames: ["app"] };
  const { token } = (await asApp.auth(wanted)) as { token: string };
  const octokit = new Octokit({ auth: token, baseUrl: hub.apiUrl, log: quiet });
  const { data } = await octokit.rest.apps.listReposAccessibleToInstallation();
  expect(data.repositories.map(({ full_name }) => full_name)).toEqual(["our-org/app"]);
  const sha = (await hub.repository("our-org/other"))?.refs["refs/heads/main"] ?? "";
  const write = octokit.rest.git.createRef({ owner: "our-org", repo: "other", ref: "refs/heads/x", sha });
  await expect(write).rejects.toMatchObject({ status: 403 });
  expect(await hub.mismatches()).toEqual([]);
});
