import { createHash } from "node:crypto";

function digest(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  // Length-prefixed, so that no two lists of parts give the same text.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest("hex");
}

/**
 * Name of a run's machine: the same for every attempt, so that a second machine cannot come to be. `proofRound` names the machine
 * of that proof; null: the agent's.
 */
export function machineNameOf(
  campaign: string,
  projectId: string,
  runNumber: number,
  proofRound: number | null = null,
): string {
  const parts = [campaign, projectId, String(runNumber)];
  const proof = proofRound === null ? [] : ["proof", String(proofRound)];
  return `uo-${digest(...parts, ...proof).slice(0, 20)}`;
}

/** The agent's session id, known before the agent starts: a UUID (version 8: a hash) of the run's id. */
export function sessionIdOf(runId: string): string {
  const hex = digest("session", runId);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
