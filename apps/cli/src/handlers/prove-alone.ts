import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { reportHtml } from "@universe-optimize/claim-prover/report";
import { countLabels, describeCounts, proveRepository } from "@universe-optimize/pipeline/proof";
import type { Args, Io } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { proofText } from "../views/proof-view.ts";

/** `uo prove --repo`: no campaign, no machine but this computer. */
export async function proveAlone(args: Args, io: Io): Promise<number> {
  const results = args["results"];
  const out = args["out"];
  if (typeof results !== "string")
    throw new MisuseError("--repo needs --results, the folder with summary.json and benchmarks/.");
  if (typeof out !== "string") throw new MisuseError("--repo needs --out, the proof.json to write.");
  const file = resolve(out);
  const report = `${file.slice(0, file.length - extname(file).length)}.html`;
  await requireFree(file, args["force"] === true);
  const proof = await proveRepository({
    repo: String(args["repo"]),
    branch: String(args["branch"]),
    base: typeof args["base"] === "string" ? args["base"] : null,
    resultsFolder: results,
    quick: args["quick"] === true,
    commit: typeof args["claim"] === "string" ? args["claim"].toLowerCase() : null,
    signal: io.signal,
    progress: (message) => io.err(`${message}\n`),
  });
  await mkdir(dirname(file), { recursive: true });
  await backUp(file);
  await writeFile(file, `${JSON.stringify(proof, null, 1)}\n`);
  await writeFile(report, reportHtml(proof));
  if (io.json)
    io.out(`${JSON.stringify({ ok: true, proof: file, report, claims: proof.claims }, null, 2)}\n`);
  else
    io.out(`${proofText(proof)}\n${describeCounts(countLabels(proof))}\nProof: ${file}\nReport: ${report}\n`);
  return 0;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}

async function requireFree(file: string, force: boolean): Promise<void> {
  if (!force && (await exists(file)))
    throw new MisuseError(`${file} exists: name another file, or say --force (a copy is kept).`);
}

async function backUp(file: string): Promise<void> {
  if (await exists(file)) await copyFile(file, `${file}.${Date.now()}.bak`);
}
