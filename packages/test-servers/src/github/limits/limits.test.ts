import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, test } from "vitest";

import type { GitHubLimits } from "../options.ts";
import { type GitHubServer, startGitHub } from "../start-github.ts";
import { type Client, client } from "../testing/client.ts";

let hub: GitHubServer;
let tokenId: string;

async function start(limits: GitHubLimits): Promise<Client> {
  hub = await startGitHub({ limits: { graceMs: 0, ...limits } });
  await hub.addRepository({ repo: "acme/app" });
  const { token, id } = await hub.addToken({ login: "robin", scopes: ["repo"] });
  tokenId = id;
  return client(hub, token);
}
afterEach(() => hub.dispose());

const kinds = async (): Promise<string[]> =>
  (await hub.violations()).map(({ kind, token }) => `${kind} ${token}`);
const secondary = { status: 403, body: { message: expect.stringContaining("secondary rate limit") } };

describe("the primary limit", () => {
  test("counts down, refuses, and begins anew", async () => {
    const api = await start({ requestsPerHour: 2 });
    const one = await api("GET", "/repos/acme/app");
    expect(Object.fromEntries(one.headers)).toMatchObject({
      "x-ratelimit-limit": "2",
      "x-ratelimit-remaining": "1",
      "x-ratelimit-resource": "core",
    });
    await api("GET", "/repos/acme/app");
    const refused = await api("GET", "/repos/acme/app");
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("API rate limit exceeded") },
    });
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(Number(refused.headers.get("x-ratelimit-reset")) * 1000).toBeGreaterThan(Date.now() + 3_500_000);
    // Another resource, another token and the question itself go on.
    expect((await api("GET", "/search/repositories?q=app")).status).toBe(200);
    expect((await api("GET", "/rate_limit")).status).toBe(200);
    expect((await client(hub)("GET", "/repos/acme/app")).status).toBe(200);
    expect(await hub.violations()).toEqual([]);
    await sleep(5);
    await api("GET", "/repos/acme/app");
    expect(await kinds()).toEqual([`inside-cooldown ${tokenId}`]);
    await hub.advance(3_601_000);
    expect((await api("GET", "/repos/acme/app")).status).toBe(200);
  });

  test("costs nothing for what has not changed", async () => {
    const api = await start({});
    const first = await api("GET", "/repos/acme/app");
    const etag = first.headers.get("etag") ?? "";
    const again = await api("GET", "/repos/acme/app", undefined, { "if-none-match": etag });
    expect(again.status).toBe(304);
    expect(again.headers.get("x-ratelimit-remaining")).toBe(first.headers.get("x-ratelimit-remaining"));
    await hub.changeRepository("acme/app", { stars: 5 });
    expect((await api("GET", "/repos/acme/app", undefined, { "if-none-match": etag })).status).toBe(200);
  });

  test("of searches is by the minute", async () => {
    const api = await start({ searchesPerMinute: 1 });
    expect((await api("GET", "/search/repositories?q=app")).status).toBe(200);
    expect((await api("GET", "/search/repositories?q=app")).status).toBe(403);
    expect((await api("GET", "/repos/acme/app")).status).toBe(200);
    await hub.advance(61_000);
    expect((await api("GET", "/search/repositories?q=app")).status).toBe(200);
  });
});

describe("a secondary limit", () => {
  test("comes by points, without saying for how long", async () => {
    const api = await start({ pointsPerMinute: 7 });
    await api("POST", "/repos/acme/app/forks", {});
    await api("GET", "/repos/acme/app");
    await api("GET", "/repos/acme/app");
    const refused = await api("GET", "/repos/acme/app");
    expect(refused).toMatchObject(secondary);
    expect(refused.headers.get("retry-after")).toBeNull();
    expect(Number(refused.headers.get("x-ratelimit-remaining"))).toBeGreaterThan(0);
    // Every resource waits.
    await sleep(5);
    expect(await api("GET", "/search/repositories?q=app")).toMatchObject(secondary);
    expect(await kinds()).toEqual([`inside-cooldown ${tokenId}`]);
    await hub.advance(60_001);
    expect((await api("GET", "/repos/acme/app")).status).toBe(200);
    expect(await hub.violations()).toHaveLength(1);
  });

  test("comes by creations, with Retry-After where GitHub sends it", async () => {
    const api = await start({ creationsPerMinute: 1, retryAfter: true, secondaryStatus: 429 });
    await api("POST", "/repos/acme/app/forks", {});
    const refused = await api("POST", "/repos/acme/app/forks", {});
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("60");
    await hub.advance(10_000);
    expect((await api("GET", "/repos/acme/app")).headers.get("retry-after")).toBe("50");
  });

  test("comes by writes in quick succession, if that is looked at", async () => {
    const api = await start({ writeGapMs: 1_000 });
    expect((await api("POST", "/repos/acme/app/forks", {})).status).toBe(202);
    expect(await api("POST", "/repos/acme/app/forks", {})).toMatchObject(secondary);
  });

  test("comes by many requests at once", async () => {
    const api = await start({ concurrentRequests: 3 });
    const all = await Promise.all(Array.from({ length: 12 }, () => api("GET", "/repos/acme/app/commits")));
    expect(all.some(({ status }) => status === 403)).toBe(true);
    expect(all.some(({ status }) => status === 200)).toBe(true);
  });

  test("can be begun by the test; what was on its way already is not held against the client", async () => {
    const api = await start({ graceMs: 60_000 });
    await hub.beginLimit(tokenId, { cooldownMs: 120_000 });
    expect(await api("GET", "/repos/acme/app")).toMatchObject(secondary);
    expect(await hub.violations()).toEqual([]);
    await hub.advance(61_000);
    expect(await api("GET", "/repos/acme/app")).toMatchObject(secondary);
    expect(await hub.violations()).toHaveLength(1);
  });
});
