import { expect, test } from "vitest";

import { fast, openHub } from "./github-stage.ts";

test("twenty projects at once under a secondary limit that names no time", { timeout: 120_000 }, async () => {
  const cooldownMs = 400;
  await using hub = await openHub({
    checkOpenApi: false,
    fork: { hiddenMs: 20, emptyMs: 20 },
    limits: { cooldownMs, graceMs: 0, retryAfter: false, writeGapMs: 40 },
  });
  const repos = Array.from({ length: 20 }, (_, index) => `acme/project-${index}`);
  for (const repo of repos) await hub.server.addRepository({ repo });
  // Limits begin with requests of every kind, one of them while the fork is made all the same.
  const limit = { limit: { cooldownMs, retryAfter: false } };
  await hub.server.addFault({ method: "POST", path: "/repos/*/forks", nth: [3, 9], act: limit });
  await hub.server.addFault({
    method: "POST",
    path: "/repos/*/forks",
    nth: [6],
    when: "after",
    act: { status: 502 },
  });
  await hub.server.addFault({ method: "PUT", path: "/repos/*", nth: [5], act: limit });
  await hub.server.addFault({ method: "GET", path: "/repos/our-org/*", nth: [30], act: limit });

  // Two providers, as two workers of one process have them: one token, one gate.
  const pace = { ...fast, writePauseMs: 60, limitPauseMs: cooldownMs + 100 };
  const [odd, even] = [hub.provider({ pace }), hub.provider({ pace })];
  const forks = await Promise.all(
    repos.map((repo, index) => (index % 2 === 0 ? even : odd).fork({ repo, upstream: null })),
  );

  expect(forks.map((fork) => fork.forkRepo)).toEqual(repos.map((repo) => repo.replace("acme/", "our-org/")));
  expect((await hub.server.repositories("our-org")).toSorted()).toEqual(
    repos.map((repo) => repo.replace("acme/", "our-org/")).toSorted(),
  );
  expect(await hub.server.violations()).toEqual([]);
  const calls = await hub.server.calls();
  expect(calls.filter(({ fault }) => fault === "secondary limit")).toHaveLength(4);
  // Refused requests aside, each fork was asked for once.
  const asked = calls.filter(
    ({ method, path, status }) => method === "POST" && path.endsWith("/forks") && status !== 403,
  );
  expect(asked).toHaveLength(20);
});
