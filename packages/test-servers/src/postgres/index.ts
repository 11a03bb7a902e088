export { type PostgresServer, type PostgresServerOptions, startPostgres } from "./start-postgres.ts";
