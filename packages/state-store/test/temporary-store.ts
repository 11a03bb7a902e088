import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own for a test, removed when it is disposed of. */
export async function temporaryFolder(): Promise<{
  readonly path: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), "state-store-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
