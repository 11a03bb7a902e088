import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type GitHubServer, startGitHub } from "../start-github.ts";
import { type Client, client } from "../testing/client.ts";
import { queryCost } from "./cost.ts";
import { parseGraphql } from "./parse.ts";

let hub: GitHubServer;
let ask: (query: string, variables?: object) => ReturnType<Client>;

beforeAll(async () => {
  hub = await startGitHub({ limits: { graphqlPointsPerHour: 60 } });
  await hub.addOrganization({
    login: "our-org",
    blog: "https://our.example.com",
    members: { robin: "admin" },
  });
  await hub.addRepository({
    repo: "our-org/app",
    language: "Python",
    topics: ["web"],
    stars: 7,
    commits: [{ files: { "README.md": "# app\n", "src/main.py": "print(1)\n" } }],
  });
  const api = client(hub, (await hub.addToken({ login: "robin", scopes: ["repo"] })).token);
  ask = (query, variables) =>
    // A path of its own: Enterprise has it beside v3.
    api("POST", "/../graphql", { query, ...(variables === undefined ? {} : { variables }) });
  for (let number = 1; number <= 3; number++) {
    await hub.commit("our-org/app", { branch: `topic-${number}`, files: { [`${number}.py`]: "1\n" } });
    await api("POST", "/repos/our-org/app/pulls", {
      title: `Pull ${number}`,
      head: `topic-${number}`,
      base: "main",
      draft: number === 3,
    });
  }
});
afterAll(() => hub.dispose());

const pulls = `query($q: String!, $first: Int = 2, $after: String) {
  search(type: ISSUE, query: $q, first: $first, after: $after) {
    issueCount
    pageInfo { hasNextPage endCursor }
    nodes { __typename ... on PullRequest { number title isDraft additions author { login } repository { nameWithOwner } } }
  }
  rateLimit { cost remaining }
}`;

describe("a query", () => {
  test("finds pull requests page by page, at one point each", async () => {
    const q = "is:pr org:our-org";
    const first = (await ask(pulls, { q })).body;
    expect(first.data.search).toMatchObject({
      issueCount: 3,
      nodes: [{ number: 3, isDraft: true }, { number: 2 }],
    });
    expect(first.data.search.nodes[0]).toMatchObject({
      __typename: "PullRequest",
      additions: 1,
      author: { login: "robin" },
      repository: { nameWithOwner: "our-org/app" },
    });
    expect(first.data.rateLimit).toEqual({ cost: 1, remaining: 59 });
    const { endCursor: after } = first.data.search.pageInfo as { endCursor: string };
    const second = (await ask(pulls, { q, after })).body.data;
    expect(second.search).toMatchObject({ nodes: [{ number: 1 }], pageInfo: { hasNextPage: false } });
    expect(second.rateLimit.remaining).toBe(58);
  });

  test("reads repositories, under aliases and through fragments", async () => {
    const { body } = await ask(`
      query { # two at once
        a: repository(owner: "our-org", name: "app") { ...facts }
        b: repository(owner: "our-org", name: "none") { name }
        viewer { login }
      }
      fragment facts on Repository {
        stargazerCount primaryLanguage { name } owner { __typename ... on Organization { websiteUrl } }
        repositoryTopics(first: 5) { nodes { topic { name } } }
        defaultBranchRef { name target { ... on Commit { history(first: 1) { totalCount nodes { messageHeadline } } } } }
        tree: object(expression: "HEAD:src") { ... on Tree { entries { name type } } }
        readme: object(expression: "HEAD:README.md") { ... on Blob { text } }
      }`);
    expect(body.data.a).toEqual({
      stargazerCount: 7,
      primaryLanguage: { name: "Python" },
      owner: { __typename: "Organization", websiteUrl: "https://our.example.com" },
      repositoryTopics: { nodes: [{ topic: { name: "web" } }] },
      defaultBranchRef: {
        name: "main",
        target: { history: { totalCount: 1, nodes: [{ messageHeadline: "Change files" }] } },
      },
      tree: { entries: [{ name: "main.py", type: "blob" }] },
      readme: { text: "# app\n" },
    });
    expect(body.data.b).toBeNull();
    expect(body.errors).toMatchObject([{ type: "NOT_FOUND", path: ["b"] }]);
    expect(body.data.viewer).toEqual({ login: "robin" });
  });

  test.each([
    ["{ viewer { shoeSize } }", "Field 'shoeSize' doesn't exist on type 'User'"],
    ["{ viewer { login }", "Unexpected end of document"],
    ["{ viewer }", "Field 'viewer' must have selections"],
    ['{ search(type: ISSUE, query: "is:pr") { issueCount } }', "You must provide a `first` or `last`"],
    [
      '{ search(type: ISSUE, query: "is:pr", first: 101) { issueCount } }',
      "exceeds the limit of 100 records",
    ],
    ["mutation { x }", "no mutations"],
    ["", "A query attribute must be specified"],
    ["{ viewer { ~ } }", 'Parse error on "~"'],
  ])("that is wrong is told so with HTTP 200: %s", async (query, message) => {
    const { status, body } = await ask(query);
    expect(status).toBe(200);
    expect(body.errors[0].message).toContain(message);
  });

  test("beyond the limit gets errors with HTTP 200", async () => {
    const expensive =
      '{ search(type: ISSUE, query: "is:pr", first: 100) { nodes { ... on PullRequest { repository { pullRequests(first: 20) { nodes { repository { pullRequests(first: 1) { totalCount } } } } } } } } }';
    expect((await ask(expensive)).body.errors).toBeUndefined();
    expect((await ask(expensive)).body.errors).toBeUndefined();
    const refused = await ask(expensive);
    expect(refused.status).toBe(200);
    expect(refused.body).toMatchObject({ data: null, errors: [{ type: "RATE_LIMITED" }] });
    expect((await client(hub)("POST", "/../graphql", { query: "{ viewer { login } }" })).status).toBe(401);
  });
});

test("costs follow GitHub's own example", () => {
  // 1 request for the repositories, 100 for their issues, 5,000 for those issues' labels: 51 points.
  const document = parseGraphql(
    "{ viewer { repositories(first: 100) { edges { node { issues(first: 50) { edges { node { labels(first: 60) { edges { node { id } } } } } } } } } } }",
  );
  expect(queryCost(document, {})).toBe(51);
});
