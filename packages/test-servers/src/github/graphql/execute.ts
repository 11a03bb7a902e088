import type { Document, Selection, Value } from "./parse.ts";

/** An object of GitHub's schema: its type, and its fields as values or as functions of their arguments. */
export interface Node {
  readonly type: string;
  /** Interfaces and unions that it belongs to. */
  readonly kinds?: readonly string[];
  readonly fields: Readonly<Record<string, Field>>;
}

export type Args = Readonly<Record<string, unknown>>;
export type Result = Node | string | number | boolean | null | readonly Result[];
type Field = Result | ((args: Args) => Result | Promise<Result>);

export interface GraphqlError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly message: string;
}

/** A field's refusal, which leaves null in its place: for example NOT_FOUND. */
export class FieldError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** A query that the schema does not allow: GitHub answers with errors alone. */
export class InvalidQuery extends Error {}

/** Executes a parsed query over a root object. */
export async function execute(
  root: Node,
  document: Document,
  given: Args,
): Promise<{ data: Record<string, unknown>; errors: GraphqlError[] }> {
  const errors: GraphqlError[] = [];
  const read = (value: Value): unknown => {
    if (value.kind === "literal") return value.value;
    if (value.kind === "list") return value.items.map(read);
    if (value.kind === "object")
      return Object.fromEntries([...value.fields].map(([name, one]) => [name, read(one)]));
    const otherwise = document.variables.get(value.name);
    if (otherwise === undefined) throw new InvalidQuery(`Variable $${value.name} is used but not declared`);
    if (given[value.name] !== undefined) return given[value.name];
    return otherwise === null ? null : read(otherwise);
  };
  const select = async (
    node: Node,
    selections: readonly Selection[],
    path: readonly (string | number)[],
  ): Promise<Record<string, unknown>> => {
    const result: Record<string, unknown> = {};
    for (const selection of selections) {
      if (selection.kind === "field") {
        const at = [...path, selection.alias];
        result[selection.alias] = await field(node, selection, at);
        continue;
      }
      const fragment = selection.kind === "inline" ? selection : document.fragments.get(selection.fragment);
      if (!fragment) throw new InvalidQuery("A fragment is used but not defined");
      const fits =
        fragment.type === null || fragment.type === node.type || node.kinds?.includes(fragment.type);
      if (fits) Object.assign(result, await select(node, fragment.selections, path));
    }
    return result;
  };
  const field = async (
    node: Node,
    { name, args, selections }: Extract<Selection, { kind: "field" }>,
    path: readonly (string | number)[],
  ): Promise<unknown> => {
    if (name === "__typename") return node.type;
    const found = node.fields[name];
    if (found === undefined) throw new InvalidQuery(`Field '${name}' doesn't exist on type '${node.type}'`);
    const values = Object.fromEntries([...args].map(([arg, value]) => [arg, read(value)]));
    try {
      return await complete(typeof found === "function" ? await found(values) : found, selections, path);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      errors.push({ type: error.type, path, message: error.message });
      return null;
    }
  };
  const complete = async (
    value: Result,
    selections: readonly Selection[] | null,
    path: readonly (string | number)[],
  ): Promise<unknown> => {
    if (Array.isArray(value))
      return await Promise.all(
        (value as readonly Result[]).map((one, index) => complete(one, selections, [...path, index])),
      );
    if (value === null || typeof value !== "object") return value;
    if (selections === null) throw new InvalidQuery(`Field '${path.at(-1)}' must have selections`);
    return await select(value as Node, selections, path);
  };
  return { data: await select(root, document.selections, []), errors };
}
