import { expect, test } from "vitest";

import type { Proof, ProvenClaim, Session } from "../proof.ts";
import { reportHtml } from "./report-html.ts";

const session = (kind: Session["kind"], ratio: number): Session => ({
  kind,
  seed: 7,
  scale: 120,
  looks: [{ n: 3, k: 1, estimate: ratio, interval: [ratio * 0.98, ratio * 1.02] }],
  samples: [
    [ratio, 1],
    [ratio * 1.02, 1],
    [ratio * 0.98, 1],
  ],
  seeds: [11, 12, 13],
  scales: [118, 120, 123],
});

const claim = (change: Partial<ProvenClaim> = {}): ProvenClaim => ({
  index: 0,
  commit: "a".repeat(40),
  function: "rank",
  file: "src/rank.js",
  claimed: 2.5,
  label: "verified",
  reason: "proven_restated",
  explanation: "Measured 1.98x.",
  quoted: 1.98,
  interval: [1.9432, 2.0312],
  noiseFloor: 0.012,
  quotedMiB: null,
  intervalMiB: null,
  guards: [],
  sessions: [session("control", 1), session("gain", 1.99), session("gain", 1.98)],
  commands: { benchmark: "node {file}" },
  seconds: 312,
  ...change,
});

const proof = (claims: readonly ProvenClaim[], change: Partial<Proof> = {}): Proof => ({
  schema: 1,
  project: "text-index",
  repo: "acme/text-index",
  base: "b".repeat(40),
  head: "c".repeat(40),
  machine: {
    cpu: "Processor",
    cores: 2,
    memoryMiB: 8192,
    kernel: "Linux",
    tools: { node: "v24" },
    isolation: ["Without a network."],
  },
  prover: "1.0.0",
  startedAt: "2030-01-02T03:04:05.006Z",
  finishedAt: "2030-01-02T03:14:05.006Z",
  method: "Measured in pairs.",
  reduced: false,
  claims,
  product: null,
  ...change,
});

test("says how many claims are verified, and each verdict with its reason, figures and samples", () => {
  const page = reportHtml(
    proof([claim(), claim({ index: 1, label: "not_reproduced", reason: "no_gain", quoted: null })]),
  );
  for (const text of [
    "<b>1 of 2</b> claimed optimizations verified",
    "measured 2030-01-02 03:04 UTC",
    "1.94x to 2.04x",
    "1.98x",
    "claimed: 2.50x",
    "the measured figure replaces",
    "Gain: before against after the commit, 2 of 2",
    "Pair 2: 2.020 s before",
    "Without a network.",
    "node {file}",
    "5 min 12 s",
    "<td>11</td><td>118</td>",
  ])
    expect(page).toContain(text);
  expect(page).not.toContain("A reduced proof");
  expect(reportHtml(proof([], { reduced: true }))).toContain("A reduced proof");
});

test("shows guards, and the word of the person who released one", () => {
  const page = reportHtml(
    proof([
      claim({
        guards: [
          {
            code: "module_state",
            message: "It keeps state.",
            where: "a.js:3",
            released: "Bounded by design",
          },
          { code: "touches_tests", message: "It changes tests.", where: null, released: null },
        ],
      }),
    ]),
  );
  expect(page).toContain("Released: Bounded by design");
  expect(page).toContain("For a person to judge");
});

test("memory is told in MiB, not as a ratio", () => {
  const memory: Session = {
    ...session("memory", 1),
    looks: [{ n: 2, k: 1, estimate: 40.2, interval: [39.5, 41] }],
    samples: [
      [100, 60],
      [101, 60.6],
    ],
  };
  const page = reportHtml(
    proof([
      claim({
        claimed: null,
        interval: null,
        quoted: null,
        quotedMiB: 40,
        intervalMiB: [39.5, 41],
        sessions: [memory, { ...memory, kind: "ablation" }],
      }),
    ]),
  );
  expect(page).toContain("40.2 MiB less (39.5 to 41.0)");
  expect(page).toContain("Pair 1: 100.000 MiB before, 60.000 MiB after, 40.0 MiB");
  expect(page).toContain("−40 MiB");
});

test("the product stands beside the claims", () => {
  const page = reportHtml(
    proof([claim()], {
      product: { quoted: 1.4, interval: [1.38, 1.44], session: session("product", 1.41) },
    }),
  );
  expect(page).toContain("The verified changes together: 1.40x, interval 1.38x to 1.44x");
});

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>\u001b[31mred\u001b[0m\r\nBcc: x@evil.example {{7*7}} {% raw %} '\u202e\u0000\u009b${"long ".repeat(10_000)}`;

test("hostile texts are data: no tag, no attribute, no control character, bounded", () => {
  const page = reportHtml(
    proof(
      [
        claim({
          function: hostile,
          file: hostile,
          explanation: hostile,
          commit: hostile,
          commands: { [hostile]: hostile },
          guards: [{ code: "module_state", message: hostile, where: hostile, released: hostile }],
        }),
      ],
      {
        project: hostile,
        repo: hostile,
        base: hostile,
        head: hostile,
        method: hostile,
        prover: hostile,
        startedAt: hostile,
        machine: {
          cpu: hostile,
          cores: 1,
          memoryMiB: 1,
          kernel: hostile,
          tools: { [hostile]: hostile },
          isolation: [hostile],
        },
      },
    ),
  );
  expect(page).not.toMatch(/<script|<img|<iframe|<a href="(?!#)/i);
  // oxlint-disable-next-line no-control-regex -- none may be left
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page.length).toBeLessThan(200_000);
  // Every tag is one of ours, and no attribute of it ends early.
  const tags = new Set([...page.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, name = ""]) => name.toLowerCase()));
  expect([...tags].filter((name) => !OURS.has(name))).toEqual([]);
  for (const [attribute] of page.matchAll(/\son\w+\s*=/gi))
    expect(page.split(attribute)[0]).toContain("&lt;");
  expect(page).toContain("default-src 'none'");
});

const OURS = new Set(
  "!doctype html head meta title style body header p h1 h2 h3 h4 b small code figure figcaption div span a svg g line rect circle path text section ol ul li dl dt dd details summary table thead tbody tr th td footer br".split(
    " ",
  ),
);

test.each([NaN, Infinity, -1, 0, 1e308, 1e-308])("no figure breaks a picture: %s", (figure) => {
  const page = reportHtml(
    proof([
      claim({
        claimed: figure,
        interval: [figure, figure],
        noiseFloor: Math.abs(figure),
        sessions: [
          {
            ...session("gain", 1),
            looks: [{ n: 1, k: 1, estimate: figure, interval: [figure, figure] }],
            samples: [
              [figure, 1],
              [1, figure],
            ],
          },
        ],
      }),
    ]),
  );
  expect(page).not.toMatch(/(?:x|y|[xy][12]|c[xy]|width|height)="(?!-?\d+(?:\.\d+)?%?")/);
});
