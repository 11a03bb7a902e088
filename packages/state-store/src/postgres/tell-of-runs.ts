import { StoreError } from "../errors.ts";
import { KyselyStore, type OnRun } from "../kysely-store.ts";
import type { StateStore } from "../store.ts";

/**
 * `PostgresStoreOptions.onRun` for a store that is open already, until it is disposed of. What is called is called inside the
 * transaction of each change of a run.
 *
 * @throws StoreError `constraint` for a store that is none of `openPostgresStore`
 */
export function tellOfRuns(store: StateStore, onRun: OnRun): Disposable {
  if (!(store instanceof KyselyStore))
    throw new StoreError(
      "constraint",
      "Only a store of openPostgresStore tells of runs in its transactions.",
    );
  const before = store.tellOfRuns(onRun);
  return {
    [Symbol.dispose]() {
      store.tellOfRuns(before);
    },
  };
}
