import { writeSync } from "node:fs";

/** Where the process stands towards an act: not begun, under way, done. */
type When = "before" | "during" | "after";

interface PointsOptions {
  /** File descriptor that every point's name is written to, a line each. */
  readonly log: number;
  /** Name of the point to be killed at; null: none. */
  readonly killAt: string | null;
  /** Makes the same text out of what differs from run to run: names, ports, random parts. */
  readonly normalise: (text: string) => string;
}

/**
 * Counts the points at which a process could be killed, and kills it at one of them: SIGKILL, from within, so that nothing of it runs any more.
 * A point's name is where it stands to which act, and the how-manieth of its kind it is, so that a poll more or less shifts no other.
 */
export class Points {
  readonly #options: PointsOptions;
  readonly #seen = new Map<string, number>();

  constructor(options: PointsOptions) {
    this.#options = options;
  }

  pass(when: When, act: string): void {
    const name = this.#next(when, act);
    const kind = kindOf(name);
    this.#seen.set(kind, (this.#seen.get(kind) ?? 0) + 1);
    const isStruck = name === this.#options.killAt;
    writeSync(this.#options.log, `${isStruck ? "KILLED " : ""}${name}\n`);
    if (!isStruck) return;
    process.kill(process.pid, "SIGKILL");
    // The signal ends this thread before the call returns; should it not, then no act must follow.
    for (;;);
  }

  /** Whether passing this point would kill: for acts that have to be left half done. */
  isNext(when: When, act: string): boolean {
    return this.#next(when, act) === this.#options.killAt;
  }

  /** Does an act between its points. With `during`, the kill comes as soon as it was begun. */
  async around<T>(act: string, work: () => Promise<T>, during = false): Promise<T> {
    this.pass("before", act);
    const working = work();
    if (during) {
      working.catch(() => {}); // it is awaited below
      // So that the first of it leaves this process.
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.pass("during", act);
    }
    const result = await working;
    this.pass("after", act);
    return result;
  }

  #next(when: When, act: string): string {
    const kind = `${when} ${this.#options.normalise(act)}`;
    return `${kind} #${(this.#seen.get(kind) ?? 0) + 1}`;
  }
}

/** A point's name without its number. */
export function kindOf(name: string): string {
  return name.replace(/ #\d+$/, "");
}

const READS =
  /^(?:GET|HEAD) |^ssh (?:tail|status) |^git (?:ls-remote|cat-file|log|rev-parse|symbolic-ref|merge-base|ls-tree|rev-list)$/;

/** Whether the point stands to an act that changes nothing anywhere. */
function isOfRead(name: string): boolean {
  return READS.test(kindOf(name).replace(/^\w+ /, ""));
}

/**
 * The points that differ in what they leave behind. Between `after` one act and `before` the next one nothing outside of the process changes
 * by its doing, so a kill at either leaves the same: the first of such a pair is left out.
 */
export function distinctPoints(names: readonly string[]): string[] {
  return names.filter(
    (name, index) => !(name.startsWith("after ") && names[index + 1]?.startsWith("before ") === true),
  );
}

/** The distinct points without those of reading: a kill there leaves what one before the next change does, but for the time that has passed. */
export function changingPoints(names: readonly string[]): string[] {
  return distinctPoints(names.filter((name) => !isOfRead(name)));
}
