import { join } from "node:path";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";
import { stateStoreSuite } from "@universe-optimize/state-store/testing";
import { temporaryFolder } from "./temporary-store.ts";

stateStoreSuite({
  name: "sqlite",
  open: async () => {
    const folder = await temporaryFolder();
    const file = join(folder.path, "universe_optimize.db");
    return {
      store: await openSqliteStore(file),
      reopen: () => openSqliteStore(file),
      cleanup: () => folder[Symbol.asyncDispose](),
    };
  },
});
