import { randomUUID } from "node:crypto";
import { openPostgresStore } from "@universe-optimize/state-store/postgres";
import { stateStoreSuite } from "@universe-optimize/state-store/testing";
import { afterAll, beforeAll } from "vitest";
import { type PostgresServer, startPostgres } from "@universe-optimize/test-servers/postgres";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

stateStoreSuite({
  name: "postgres",
  open: async () => {
    const schema = `uo_${randomUUID().replaceAll("-", "")}`;
    const open = () => openPostgresStore(server.url, { schema, connections: 3 });
    return {
      store: await open(),
      reopen: open,
      cleanup: () => server.query(`drop schema ${schema} cascade`),
    };
  },
});
