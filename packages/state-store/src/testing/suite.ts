import { describe } from "vitest";
import type { StateStore } from "../store.ts";
import { decisionCases } from "./decision-cases.ts";
import { eventCases } from "./event-cases.ts";
import { capacityCases } from "./capacity-cases.ts";
import { journalCases } from "./journal-cases.ts";
import { leaseCases } from "./lease-cases.ts";
import { memoryCases } from "./memory-cases.ts";
import { outcomeCases } from "./outcome-cases.ts";
import { projectCases } from "./project-cases.ts";
import { runCases } from "./run-cases.ts";

/** A store on an empty database of its own. */
export interface OpenedStore {
  readonly store: StateStore;
  /** A second store on the same database, as another process would have it. */
  readonly reopen: () => Promise<StateStore>;
  /** Removes the database; the suite has disposed of every store by then. */
  readonly cleanup: () => Promise<void>;
}

export interface StateStoreSuite {
  /** Heads the tests. */
  readonly name: string;
  readonly open: () => Promise<OpenedStore>;
}

/**
 * Registers vitest's tests of everything that a `StateStore` promises. A dialect is done when they pass.
 *
 * @example stateStoreSuite({ name: "sqlite", open: openInTemporaryFolder });
 */
export function stateStoreSuite({ name, open }: StateStoreSuite): void {
  describe(`${name}: a state store`, () => {
    projectCases(open);
    leaseCases(open);
    runCases(open);
    journalCases(open);
    capacityCases(open);
    outcomeCases(open);
    eventCases(open);
    decisionCases(open);
    memoryCases(open);
  });
}
