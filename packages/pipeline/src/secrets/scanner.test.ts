import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendMasked } from "./append-masked.ts";
import { branchScanner } from "./branch-scanner.ts";
import { scanStream, secretScanner } from "./scanner.ts";

// Made here, so that no scanner takes this file for a leak.
const VALUE = ["correct", "horse", "battery", 'sta"ple/é'].join("-");
const LIKELY = ["gh", "p_", "a1B2".repeat(9)].join("");
const scanner = secretScanner([VALUE, "short"]);

describe("secretScanner", () => {
  it.each([
    ["as it is", VALUE],
    ["in JSON", JSON.stringify({ key: VALUE })],
    ["in a URL", `https://example.com/?key=${encodeURIComponent(VALUE)}`],
    ["in base64", Buffer.from(VALUE).toString("base64")],
    ["at the beginning of a base64 text", Buffer.from(`${VALUE} and more`).toString("base64")],
  ])("masks a known value %s, and keeps the length", (_, text) => {
    const bytes = Buffer.from(`before ${text} after`);
    const { length } = bytes;
    expect(scanner.mask(bytes, "x")).toMatchObject([{ where: "x", kind: "known", count: 1 }]);
    expect(bytes.length).toBe(length);
    expect(bytes.includes(VALUE)).toBe(false);
    expect(bytes.toString()).toMatch(/^before .*\*+.* after$/s);
  });

  it("masks what looks like a secret", () => {
    const bytes = Buffer.from(`token=${LIKELY}; é ${LIKELY}`);
    expect(scanner.mask(bytes, "x")).toEqual([
      { where: "x", kind: "what looks like a GitHub token", count: 2 },
    ]);
    expect(bytes.toString()).toBe(`token=${"*".repeat(LIKELY.length)}; é ${"*".repeat(LIKELY.length)}`);
  });

  it("leaves everything else alone", () => {
    const text = "short sk-learn AKIA ghp_ -----BEGIN CERTIFICATE----- cf-worker";
    const bytes = Buffer.from(text);
    expect(scanner.mask(bytes, "x")).toEqual([]);
    expect(bytes.toString()).toBe(text);
  });

  it("is fast on hostile text", () => {
    const bytes = Buffer.from(
      "-----BEGIN AAAA ".repeat(20_000) + "ghp_".repeat(50_000) + "a".repeat(200_000),
    );
    expect(scanner.mask(bytes, "x").length).toBeLessThan(3);
  });
});

const split = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 });

function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    parts.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return parts;
}

async function* stream(parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

it("finds what lies across the borders of a stream's pieces, once", async () => {
  await fc.assert(
    fc.asyncProperty(split, async (sizes) => {
      const bytes = Buffer.from(`${"x".repeat(700)}${VALUE}${"y".repeat(30)}${VALUE}`);
      expect(await scanStream(stream(pieces(bytes, sizes)), scanner, "branch")).toEqual([
        { where: "branch", kind: "known", count: 2 },
      ]);
    }),
    { numRuns: 50 },
  );
});

it("finds files that no branch may bring", async () => {
  const patch =
    "--- /dev/null\n+++ b/.github/workflows/ci.yml\n@@ -0,0 +1 @@\n+on: push\n--- /dev/null\n+++ b/CLAUDE.md\n@@\n--- a/docs/CLAUDE.md\n+++ b/docs/CLAUDE.md\n";
  const found = await scanStream(stream([Buffer.from(patch)]), branchScanner(scanner), "branch");
  expect(found.map(({ kind }) => kind)).toEqual([
    "a change of CI workflows",
    "our own instructions to the agent",
  ]);
});

describe("appendMasked", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "append-masked-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("masks across the borders of pieces, whatever their sizes", async () => {
    const text = Buffer.from(`${"x".repeat(50)}${VALUE}${"y".repeat(700)} end`);
    const expected = Buffer.from(text);
    scanner.mask(expected, "log");
    let number = 0;
    await fc.assert(
      fc.asyncProperty(split, async (sizes) => {
        const file = join(folder, `log-${number++}`);
        let offset = 0;
        for (const piece of pieces(text, sizes)) {
          await appendMasked(file, offset, piece, scanner, "log");
          offset += piece.length;
        }
        expect((await readFile(file)).equals(expected)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
