import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import type { ProgressEvent } from "./claim/context.ts";
import { ProverError } from "./errors.ts";
import { proveClaims } from "./prove-claims.ts";
import { readFinished, writeClaim } from "./finished-claims.ts";
import { readRequest } from "./read-request.ts";

/*
 * The prover as a program on the measuring machine:
 *
 *   node main.ts prove --request request.json --out DIR
 *
 * DIR gets claims/<index>.json as each claim is finished, and proof.json at the end. Standard output has one JSON object a line: the facts
 * of the proof as they come. Exit status: 0 proven (whatever the verdicts), 1 failed, 2 misused. Started again with the same request
 * it goes on with the first claim that is not finished.
 */

const usage = "Usage: node main.ts prove --request request.json --out DIR";

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { request: { type: "string" }, out: { type: "string" } },
  });
  if (positionals.join(" ") !== "prove" || values.request === undefined || values.out === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const text = await readFile(values.request, "utf8");
  const request = readRequest(text);
  const out = resolve(values.out);
  await mkdir(join(out, "claims"), { recursive: true });
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.once(name, () => controller.abort(new Error(`Ended by ${name}.`)));
  }
  const proof = await proveClaims(request, {
    signal: controller.signal,
    progress: say,
    finished: await readFinished(out, text),
    onClaim: async (claim) => await writeClaim(out, text, claim),
  });
  const file = join(out, "proof.json");
  await writeFile(`${file}.new`, `${JSON.stringify(proof, null, 2)}\n`);
  await rename(`${file}.new`, file);
  say({
    scope: "proof",
    stage: "done",
    message: `${proof.claims.filter(({ label }) => label === "verified").length} of ${proof.claims.length} claims verified.`,
  });
  return 0;
}

function say(event: ProgressEvent): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const code = error instanceof ProverError ? error.code : "failed";
  const message = error instanceof Error ? error.message : String(error);
  process.stdout.write(
    `${JSON.stringify({ at: new Date().toISOString(), scope: "proof", stage: "failed", code, message })}\n`,
  );
  process.stderr.write(`${message}\n`);
  process.exitCode = (error as { code?: unknown }).code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? 2 : 1;
}
