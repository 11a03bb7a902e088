import type { GuardHit, Session } from "../proof.ts";

/** What has been found out about a claim so far. It survives a step that fails, or time that runs out. */
export class Findings {
  commit: string | null = null;
  interval: readonly [number, number] | null = null;
  noiseFloor: number | null = null;
  intervalMiB: readonly [number, number] | null = null;
  /** Of the measured samples. */
  scale = 1;
  /** Ratio of the work alone; null: not measured. */
  withoutStart: number | null = null;
  quotable: number | null = null;
  quotableMiB: number | null = null;
  readonly guards: GuardHit[] = [];
  readonly sessions: Session[] = [];
  readonly commands: Record<string, string> = {};
  /** What a reader should know beside the verdict; whole sentences. */
  readonly notes: string[] = [];
  /** The greatest p-value of the gain sessions, by the sign test. */
  pValue = 1;

  guard(code: string, message: string, where: string | null = null): void {
    if (this.guards.some((hit) => hit.code === code && hit.where === where)) return;
    this.guards.push({ code, message, where, released: null });
  }

  note(sentence: string): void {
    if (!this.notes.includes(sentence)) this.notes.push(sentence);
  }
}
