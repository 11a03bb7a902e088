// Kills a campaign before and after every external call, every change of a file and every commit, each time drives it on in a new process, and looks
// for what a crash must not leave: a second fork, machine, agent or set of drafts, something in the cloud, a result that is not the agent's.
//   node benchmarks/crash-points.ts [--from N] [--to M] [--every K] [--reads] [--all] [--lanes 2] [--database sqlite|postgres] [--proof] [--out FILE]
// The points are counted first. It kills where something is changed; with --reads between acts that only read too; with --all at every one, also where
// a kill leaves the same as at the next one. With --proof the claim is measured on a machine of its own, and it kills from there on. With --out it goes on where it was ended.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { openPostgres } from "../apps/cli/test/crash/check-end.ts";
import {
  countPoints,
  type EnumerateOptions,
  killAtEach,
  type Verdict,
} from "../apps/cli/test/crash/enumerate.ts";
import { changingPoints, distinctPoints, kindOf } from "../apps/cli/test/crash/points.ts";
import { openWorld } from "../apps/cli/test/crash/world.ts";
import { startPostgres } from "../packages/test-servers/src/postgres/index.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "1" },
    to: { type: "string" },
    every: { type: "string", default: "1" },
    reads: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    lanes: { type: "string", default: "2" },
    database: { type: "string", default: "sqlite" },
    proof: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

interface Report {
  date: string;
  readonly database: string;
  /** Load averages over a minute at the beginning and at the end. */
  load: number[];
  /** Wall time of all sessions of this program. */
  seconds: number;
  /** Every point of a run that nobody kills, in its order. */
  readonly points: readonly string[];
  summary: object;
  /** Points at which a kill left everything right. */
  readonly right: string[];
  /** A run is not always as long as the one that was counted: it may look at its agent once less. */
  readonly notReached: string[];
  readonly wrong: Verdict[];
}

if (values.database !== "sqlite" && values.database !== "postgres")
  throw new Error(`--database ${values.database}: expected sqlite or postgres`);
await using server = values.database === "postgres" ? await startPostgres() : null;
const options: EnumerateOptions = server === null ? {} : { openStore: openPostgres(server.url) };
const before: Report | null =
  values.out !== undefined && existsSync(values.out)
    ? (JSON.parse(await readFile(values.out, "utf8")) as Report)
    : null;
const began = performance.now();
await using world = await openWorld({
  proof: values.proof,
  ...(server === null ? {} : { env: { DATABASE_URL: server.url } }),
});
const report: Report = before ?? {
  date: new Date().toISOString(),
  database: values.database,
  load: [Number(loadavg()[0]?.toFixed(1))],
  seconds: 0,
  points: await countPoints(world, options),
  summary: {},
  right: [],
  notReached: [],
  wrong: [],
};
const spent = report.seconds;
// Those that differ most come first, should there not be time for all.
const considered = values.proof ? fromProofOn(report.points) : report.points;
const changing = changingPoints(considered);
const distinct = distinctPoints(considered);
const names = [
  ...new Set([
    ...changing,
    ...(values.reads || values.all ? distinct : []),
    ...(values.all ? considered : []),
  ]),
];
// What went wrong is looked at again: it may have been mended.
report.wrong.splice(0);
const known = new Set([...report.right, ...report.notReached]);
const wanted = names
  .map((point, index) => ({ name: `p${index + 1}`, point, number: index + 1 }))
  .filter(
    ({ number, point }) =>
      number >= Number(values.from) &&
      number <= Number(values.to ?? names.length) &&
      (number - Number(values.from)) % Number(values.every) === 0 &&
      !known.has(point),
  );
process.stdout.write(
  `${report.points.length} points, ${distinct.length} of them distinct, ${changing.length} of these at changes; ${wanted.length} to kill at\n`,
);
const lanes = Number(values.lanes);
let isStopped = false;
// With --out, what was looked at is kept.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => (isStopped = true));
await Promise.all(
  Array.from({ length: lanes }, async (_, lane) => {
    const share = wanted.filter((_point, index) => index % lanes === lane);
    for await (const verdict of killAtEach(world, share, options)) {
      await take(verdict);
      if (isStopped) break;
    }
  }),
);
await save();
process.stdout.write(`${JSON.stringify(report.summary, null, 2)}\n`);
process.exitCode = report.wrong.length > 0 ? 1 : 0;

/** The points after the agent's machine is gone. */
function fromProofOn(points: readonly string[]): string[] {
  const gone = points.findIndex((point) => /^after DELETE .*\/virtualMachines\/M #1$/.test(point));
  if (gone === -1) throw new Error("no machine was removed before the proof");
  return points.slice(gone);
}

async function take(verdict: Verdict): Promise<void> {
  const { point, reached, wrong } = verdict;
  if (wrong.length > 0) report.wrong.push(verdict);
  else (reached ? report.right : report.notReached).push(point);
  const state = wrong.length > 0 ? "WRONG" : reached ? "right" : "not reached";
  process.stdout.write(`${state}  ${point}\n`);
  for (const text of wrong) process.stdout.write(`      ${text}\n`);
  await save();
}

async function save(): Promise<void> {
  report.seconds = Math.round(spent + (performance.now() - began) / 1000);
  report.load[1] = Number(loadavg()[0]?.toFixed(1));
  const { points, right, notReached, wrong } = report;
  const killed = new Set(right.map(kindOf));
  report.summary = {
    points: points.length,
    kinds: new Set(points.map(kindOf)).size,
    distinct: distinct.length,
    changing: changing.length,
    right: right.length,
    notReached: notReached.length,
    wrong: wrong.length,
    // Of those where something is changed.
    kindsNeverKilledAt: [...new Set(changing.map(kindOf))].filter((kind) => !killed.has(kind)),
  };
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(report, null, 1)}\n`);
}
