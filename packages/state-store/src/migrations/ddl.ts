import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely, RawBuilder } from "kysely";

/** What differs between databases when tables are made. */
export interface Ddl {
  /** Makes the columns' types binding, where the database does not do so by itself. */
  readonly strict: <Name extends string, Columns extends string>(
    table: CreateTableBuilder<Name, Columns>,
  ) => CreateTableBuilder<Name, Columns>;
  /** Makes an integer primary key one that the database counts up and never gives twice. */
  readonly counted: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
  /** A condition that holds when the column's text is JSON. */
  readonly isJson: (column: string) => RawBuilder<unknown>;
  /** Makes the database refuse every UPDATE and DELETE of the table. */
  readonly appendOnly: (db: Kysely<unknown>, table: string) => Promise<void>;
}
