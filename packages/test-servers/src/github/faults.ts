/** What to do instead of, or after, the work. */
export type FaultAct =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection ends without an answer. */
  | "cut"
  /** No answer until the client leaves. */
  | "hang"
  /** A secondary limit begins: `retryAfter` says whether the answer tells how long. */
  | { readonly limit: { readonly cooldownMs?: number; readonly retryAfter?: boolean } }
  /** The true answer, late. */
  | { readonly delayMs: number };

export interface FaultRule {
  /** Any method when left out. */
  readonly method?: string;
  /** A pattern of the path without its query and without `/api/v3`, where `*` stands for anything: `/repos/*\/forks`. */
  readonly path: string;
  /** Which of the matching requests, beginning with 1; all when left out. */
  readonly nth?: number | readonly number[];
  /** `before` (default): nothing has happened; `after`: the work is done, and only the answer is lost. */
  readonly when?: "before" | "after";
  readonly act: FaultAct;
}

export interface Fault {
  readonly when: "before" | "after";
  readonly act: FaultAct;
  readonly name: string;
}

/** Rules in order; the first that matches a request wins. */
export class Faults {
  readonly #rules: {
    readonly id: number;
    readonly rule: FaultRule;
    readonly pattern: RegExp;
    seen: number;
  }[] = [];
  #lastId = 0;

  add(rule: FaultRule): number {
    const escaped = rule.path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    this.#rules.push({ id: ++this.#lastId, rule, pattern: new RegExp(`^${escaped.join(".*")}$`), seen: 0 });
    return this.#lastId;
  }

  /** Takes one rule away, or all. */
  clear(id?: number): void {
    const keep = id === undefined ? [] : this.#rules.filter((one) => one.id !== id);
    this.#rules.splice(0, this.#rules.length, ...keep);
  }

  /** The fault for a request; counts it for every rule that it matches. */
  match(method: string, path: string): Fault | null {
    let found: Fault | null = null;
    for (const one of this.#rules) {
      const { rule } = one;
      if (rule.method !== undefined && rule.method !== method) continue;
      if (!one.pattern.test(path)) continue;
      one.seen++;
      const chosen = rule.nth === undefined || [rule.nth].flat().includes(one.seen);
      if (chosen) found ??= { when: rule.when ?? "before", act: rule.act, name: nameOf(rule) };
    }
    return found;
  }
}

function nameOf({ act, when = "before" }: FaultRule): string {
  if (typeof act === "string") return `${act} ${when}`;
  if ("status" in act) return `${act.status} ${when}`;
  return "limit" in act ? "secondary limit" : `${act.delayMs} ms late`;
}
