/** One finding: `bad` stops a start, `note` is worth knowing. The message says what to do. */
export interface Check {
  readonly name: string;
  readonly state: "good" | "note" | "bad";
  readonly message: string;
}

export const good = (name: string, message: string): Check => ({ name, state: "good", message });
export const note = (name: string, message: string): Check => ({ name, state: "note", message });
export const bad = (name: string, message: string): Check => ({ name, state: "bad", message });
