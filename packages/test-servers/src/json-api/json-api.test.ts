import { expect, test } from "vitest";
import { startJsonApi } from "./index.ts";

async function startCounter(): Promise<{
  api: Awaited<ReturnType<typeof startJsonApi>>;
  done: () => number;
}> {
  let count = 0;
  const api = await startJsonApi(({ body }) => ({ status: 200, body: { count: (count += 1), body } }));
  return { api, done: () => count };
}

test("answers in JSON and remembers what was asked, without headers", async () => {
  const { api } = await startCounter();
  await using _ = api;
  const response = await fetch(`${api.origin}/a?b=c`, {
    method: "POST",
    headers: { authorization: "Bearer made-up" },
    body: '{"x":1}',
  });
  expect(await response.json()).toEqual({ count: 1, body: { x: 1 } });
  expect(api.requests).toEqual([{ method: "POST", path: "/a", query: "b=c", body: { x: 1 }, status: 200 }]);
  expect((await fetch(api.origin, { method: "POST", body: "{" })).status).toBe(400);
});

test("fails before and after the effect, at the path that was named", async () => {
  const { api, done } = await startCounter();
  await using _ = api;
  api.failNext({ path: "/paid", skip: 1, fault: "cut-after" });
  api.failNext({ path: "/other", fault: { status: 429, body: "slowly", headers: { "retry-after": "7" } } });
  expect((await fetch(`${api.origin}/paid`)).status).toBe(200);
  await expect(fetch(`${api.origin}/paid`)).rejects.toThrow();
  expect(done()).toBe(2);
  const limited = await fetch(`${api.origin}/other`);
  expect([limited.status, limited.headers.get("retry-after"), await limited.text()]).toEqual([
    429,
    "7",
    "slowly",
  ]);
  api.failNext({ fault: "cut" });
  await expect(fetch(`${api.origin}/paid`)).rejects.toThrow();
  expect(done()).toBe(2);
  api.failNext({ fault: "hang-after" });
  await expect(fetch(`${api.origin}/paid`, { signal: AbortSignal.timeout(300) })).rejects.toThrow("timeout");
  expect(done()).toBe(3);
  expect(api.requests.map(({ status }) => status)).toEqual([200, null, 429, null, null]);
});
