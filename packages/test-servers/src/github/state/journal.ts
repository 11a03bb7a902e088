import type { Call, Mismatch, Violation } from "./records.ts";

/** What happened: requests, rules that were broken, and differences from GitHub's description. */
export class Journal {
  readonly calls: Call[] = [];
  readonly violations: Violation[] = [];
  readonly mismatches: Mismatch[] = [];

  call(call: Omit<Call, "number">): void {
    this.calls.push({ number: this.calls.length + 1, ...call });
  }
}
