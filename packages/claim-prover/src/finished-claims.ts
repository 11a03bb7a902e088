import { createHash } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ClaimResult } from "./claim/settle-family.ts";

/** What has been finished is only good for the very same request. */
function keyOf(requestText: string): string {
  return createHash("sha256").update(requestText).digest("hex");
}

/** Writes a finished claim under its final name at once or not at all: a killed prover leaves no half of one. */
export async function writeClaim(out: string, requestText: string, claim: ClaimResult): Promise<void> {
  const file = join(out, "claims", `${claim.index}.json`);
  await writeFile(`${file}.new`, JSON.stringify({ request: keyOf(requestText), claim }));
  await rename(`${file}.new`, file);
}

/** The claims that an earlier start with the same request has finished. */
export async function readFinished(out: string, requestText: string): Promise<ClaimResult[]> {
  const key = keyOf(requestText);
  const found: ClaimResult[] = [];
  for (const name of await readdir(join(out, "claims"))) {
    if (!/^\d+\.json$/.test(name)) continue;
    try {
      const { request, claim } = JSON.parse(await readFile(join(out, "claims", name), "utf8")) as {
        request?: unknown;
        claim: ClaimResult;
      };
      if (request === key) found.push(claim);
    } catch {
      // Unreadable: it is measured again.
    }
  }
  return found;
}
