import { readFile } from "node:fs/promises";

/** The hook by which a machine's own origin passes the run's branch on to the fork. */
export async function pushHook(): Promise<string> {
  return await readFile(new URL("../machine/post-receive", import.meta.url), "utf8");
}
