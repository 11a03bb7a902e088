// How long the command line takes to start, as ratios to `node -e 0` and to yargs alone, all measured in one run, interleaved.
//   node benchmarks/startup.mjs [--rounds N] [--write]      --write replaces the committed baseline
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { environment, node24, root, setUp } from "../scripts/setup.mjs";

setUp();
const rounds = Number(option("--rounds") ?? 25);
const folder = mkdtempSync(join(tmpdir(), "uo-startup-"));
const main = join(root, "apps/cli/src/main.ts");
const env = { ...environment, XDG_CACHE_HOME: join(folder, "cache") };
try {
  const yargs = createRequire(join(root, "apps/cli/package.json")).resolve("yargs");
  const alone = join(folder, "yargs.mjs");
  writeFileSync(
    alone,
    `import yargs from ${JSON.stringify(pathToFileURL(yargs).href)}; yargs(["--help"]).command("a", "b").help().parse();\n`,
  );
  const campaign = campaignWithHistory();
  const cases = {
    "node -e 0": ["-e", "0"],
    "yargs alone": [alone],
    "uo --version": [main, "--version"],
    "uo --help": [main, "--help"],
    "uo status": [main, "status", "--campaign", campaign],
  };
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const [name, args] of Object.entries(cases)) {
      const begin = performance.now();
      const { status, stderr } = spawnSync(node24, args, { cwd: folder, env });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      if (round >= 0) times[name].push(performance.now() - begin);
    }
  }
  const bare = median(times["node -e 0"]);
  const peer = median(times["yargs alone"]);
  const rows = Object.entries(times).map(([name, list]) => ({
    name,
    medianMs: round1(median(list)),
    toNode: round1(median(list) / bare),
    toYargs: round1(median(list) / peer),
  }));
  const result = {
    rounds,
    cpu: cpus()[0]?.model ?? "unknown",
    node: spawnSync(node24, ["--version"], { encoding: "utf8" }).stdout.trim(),
    rows,
  };
  console.table(rows);
  if (process.argv.includes("--write"))
    writeFileSync(
      fileURLToPath(new URL("startup.json", import.meta.url)),
      `${JSON.stringify(result, null, 2)}\n`,
    );
  else compare(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A campaign with a database, so that `status` has something to read. */
function campaignWithHistory() {
  const campaign = join(folder, "campaign");
  const run = (...args) => {
    const { status, stderr } = spawnSync(node24, [main, ...args], { cwd: folder, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`uo ${args.join(" ")}: ${stderr}`);
  };
  run("init", campaign, "--agent", "demo");
  run("add", "acme/lib", "--language", "python", "-C", campaign);
  // Opens the database without starting anything.
  run("watch", "-C", campaign);
  return campaign;
}

function compare(rows) {
  const baseline = JSON.parse(readFileSync(new URL("startup.json", import.meta.url), "utf8"));
  for (const row of rows) {
    const before = baseline.rows.find(({ name }) => name === row.name);
    if (before !== undefined)
      console.log(`${row.name}: ${row.toNode} × node, baseline ${before.toNode} × node`);
  }
}

function option(name) {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
}

function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function round1(value) {
  return Math.round(value * 10) / 10;
}
