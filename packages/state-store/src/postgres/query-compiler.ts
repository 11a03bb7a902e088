import { type DataTypeNode, PostgresQueryCompiler } from "kysely";

/**
 * The types of the migrations, as SQLite understands them, in PostgreSQL's words: texts in binary order, whatever the
 * server's language; numbers as wide as SQLite's; times as the ISO 8601 texts of the rows.
 */
const TYPES: Readonly<Record<string, string>> = {
  text: 'text collate "C"',
  timestamp: 'text collate "C"',
  integer: "bigint",
  real: "double precision",
};

export class CampaignQueryCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    this.append(TYPES[node.dataType] ?? node.dataType);
  }
}
