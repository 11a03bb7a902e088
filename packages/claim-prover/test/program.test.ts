import { spawn } from "node:child_process";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { parseProof, type ProveRequest } from "@universe-optimize/claim-prover";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const slow = `def unique(words):
    seen = []
    for word in words:
        if word not in seen:
            seen.append(word)
    return seen
`;
const fast = `def unique(words):
    return list(dict.fromkeys(words))
`;
const benchmark = `import hashlib, os, random, sys
scale, seed = int(os.environ.pop("UNIVERSE_SCALE")), int(os.environ.pop("UNIVERSE_SEED"))
sys.path.insert(0, os.getcwd())
from words import unique
rng = random.Random(seed)
digest = hashlib.sha256()
for _ in range(scale):
    words = [str(rng.randrange(1000)) for _ in range(60)]
    for _ in range(20):
        digest.update(" ".join(unique(words)).encode())
print(digest.hexdigest())
`;
const tests = `import unittest
from words import unique

class UniqueTest(unittest.TestCase):
    def test_order(self):
        self.assertEqual(unique(["b", "a", "b"]), ["b", "a"])
`;

let folder: string;
let request: ProveRequest;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prover-"));
  const repository = join(folder, "repo");
  const git = (...args: string[]): string =>
    execFileSync(
      "git",
      ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false", ...args],
      {
        cwd: repository,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      },
    ).trim();
  const commit = (files: Readonly<Record<string, string>>): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
    git("add", "-A");
    git("commit", "-q", "-m", "Change");
    return git("rev-parse", "HEAD");
  };
  mkdirSync(repository, { recursive: true });
  git("init", "-q", "-b", "main");
  const base = commit({ "words.py": slow, "test_words.py": tests });
  git("checkout", "-q", "-b", "codeflash/optimize");
  const head = commit({ "words.py": fast });
  mkdirSync(join(folder, "results/benchmarks"), { recursive: true });
  writeFileSync(join(folder, "results/benchmarks/unique.py"), benchmark);
  const claim = {
    commit: head,
    function: "unique",
    file: "words.py",
    description: "",
    claimedRatio: 3,
    claimedMiB: null,
    benchmark: { file: "benchmarks/unique.py", command: "python3 {file}" },
  };
  request = {
    project: "words",
    repo: "acme/words",
    repository,
    branch: "codeflash/optimize",
    head,
    base,
    claims: [
      { ...claim, index: 0, commit: base },
      { ...claim, index: 1 },
      { ...claim, index: 3, benchmark: null, function: "another" },
    ],
    resultsFolder: join(folder, "results"),
    benchmarkCommand: null,
    language: "python",
    releases: [],
    settings: {
      sampleSeconds: 0.03,
      looks: [10],
      controlPairs: 10,
      checkPairs: 2,
      secondSession: false,
      product: false,
    },
    workDir: join(folder, "work"),
  };
  writeFileSync(join(folder, "request.json"), JSON.stringify(request));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

interface Line {
  readonly scope: string;
  readonly index?: number;
  readonly stage: string;
  readonly message: string;
}

/** Starts the prover; `until` ends it with SIGKILL at the first line that fits. */
async function prove(
  out: string,
  until: (line: Line) => boolean = () => false,
): Promise<{ lines: Line[]; code: number | null }> {
  const child = spawn(
    process.execPath,
    [program, "prove", "--request", join(folder, "request.json"), "--out", out],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const lines: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    if (until(line)) child.kill("SIGKILL");
  }
  return { lines, code: await ended };
}

test("a killed prover goes on with the claims that are left, and its proof obeys the published schema", async () => {
  const out = join(folder, "out");
  const first = await prove(out, ({ index, stage }) => index === 1 && stage === "calibrate");
  expect(first.code).toBe(null);
  expect(readdirSync(join(out, "claims"))).toEqual(["0.json"]);
  const kept = readFileSync(join(out, "claims/0.json"), "utf8");

  const second = await prove(out);
  expect(second.code).toBe(0);
  expect(second.lines.some(({ index, stage }) => index === 0 && stage === "evidence")).toBe(false);
  expect(readFileSync(join(out, "claims/0.json"), "utf8")).toBe(kept);
  expect(second.lines.at(-1)).toMatchObject({ scope: "proof", stage: "done" });

  const text = readFileSync(join(out, "proof.json"), "utf8");
  const schema = JSON.parse(readFileSync(new URL("../proof.schema.json", import.meta.url), "utf8")) as object;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  expect(ajv.validate(schema, JSON.parse(text)), ajv.errorsText()).toBe(true);

  const proof = parseProof(JSON.parse(text));
  expect(proof).toMatchObject({
    schema: 1,
    project: "words",
    reduced: true,
    head: request.head,
    base: request.base,
  });
  expect(proof.machine.isolation.length).toBeGreaterThan(2);
  expect(proof.claims.map(({ index }) => index)).toEqual([0, 1, 3]);
  const [older, measured, bare] = proof.claims;
  expect(older?.reason).toBe("evidence");
  expect(bare?.reason).toBe("no_workload");
  // Ten short samples on a busy computer may say too little; more than that they must not get wrong.
  expect(["proven", "proven_restated", "unstable"]).toContain(measured?.reason);
  expect(measured?.sessions.map(({ kind }) => kind)).toContain("control");
  if (measured?.label === "verified") {
    expect(measured.quoted).toBeGreaterThan(1.2);
    expect(measured.explanation).toContain("1 of the parent's 1 tests pass");
  }
  // No worktree is left behind.
  expect(readdirSync(request.workDir)).toEqual(["repo.git"]);
});
