import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { moveStore } from "@universe-optimize/pipeline/compose";
import type { Handler } from "../command.ts";
import { columns } from "../output/columns.ts";
import { checkCampaign } from "./project-states.ts";

export const store: Handler = async (args, io) => {
  const paths = campaignPaths(String(args["campaign"]));
  checkCampaign(paths);
  const to = args["to"] === "postgres" ? "postgres" : "sqlite";
  const { tables, setAside } = await moveStore(paths, to);
  if (io.json) {
    io.out(`${JSON.stringify({ ok: true, to, tables, setAside }, null, 2)}\n`);
    return 0;
  }
  io.out(
    columns(
      [{ title: "Table" }, { title: "Rows" }, { title: "SHA-256 of both" }],
      tables.map(({ table, rows, sha256 }) => [table, String(rows), sha256.slice(0, 16)]),
    ),
  );
  if (setAside !== null) io.out(`\nWhat was there from before lies in ${setAside} now.\n`);
  io.out(
    to === "postgres"
      ? "\nThe campaign goes on in PostgreSQL, while DATABASE_URL is set. universe_optimize.db stays as it is, and is not used any more.\n"
      : "\nThe campaign goes on in universe_optimize.db: unset DATABASE_URL. The schema in PostgreSQL stays as it is, and is not used any more.\n",
  );
  return 0;
};
