import { readFile } from "node:fs/promises";

let text: Promise<string> | null = null;

/** The supervisor that goes to a machine with each job (machine/supervisor.sh). */
export function readSupervisorScript(): Promise<string> {
  return (text ??= readFile(new URL("../../machine/supervisor.sh", import.meta.url), "utf8"));
}
