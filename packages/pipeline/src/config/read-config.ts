import { readFile } from "node:fs/promises";
import {
  findNodeAtLocation,
  type JSONPath,
  parseTree,
  type ParseError,
  printParseErrorCode,
} from "jsonc-parser";
import type { Config } from "./config.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { configSchema } from "./schema.ts";

/**
 * Reads and checks universe.config.json.
 *
 * @throws ConfigError `not_found`, `not_json` or `invalid`, with every problem's line and field.
 */
export async function readConfig(file: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new ConfigError("not_found", file, [], { cause });
  }
  return parseConfig(text, file);
}

/** The same for text; `file` is for the messages. */
export function parseConfig(text: string, file: string): Config {
  const syntax: ParseError[] = [];
  const tree = parseTree(text, syntax, { allowTrailingComma: true, disallowComments: false });
  const first = syntax[0];
  if (first !== undefined || tree === undefined) {
    const offset = first?.offset ?? 0;
    const word = first === undefined ? "the file is empty" : printParseErrorCode(first.error);
    throw new ConfigError("not_json", file, [
      { ...place(text, offset), field: "", message: `this is no JSON: ${word}` },
    ]);
  }
  const parsed = configSchema.safeParse(toValue(tree));
  if (parsed.success) return parsed.data;
  const problems: ConfigProblem[] = parsed.error.issues.flatMap((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [null];
    return keys.map((key) => {
      const path = [...(issue.path as JSONPath), ...(key === null ? [] : [key])];
      const node = nearest(tree, path);
      return {
        ...place(text, node),
        field: path.join("."),
        message: key === null ? issue.message : "unknown key; remove it or correct its spelling",
      };
    });
  });
  throw new ConfigError("invalid", file, problems);
}

type Tree = NonNullable<ReturnType<typeof parseTree>>;

function toValue(node: Tree): unknown {
  if (node.type === "array") return (node.children ?? []).map(toValue);
  if (node.type !== "object") return node.value;
  const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const property of node.children ?? []) {
    const [key, child] = property.children ?? [];
    if (key !== undefined && child !== undefined) value[key.value as string] = toValue(child);
  }
  return { ...value };
}

function nearest(tree: Tree, path: JSONPath): number {
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return node.parent?.type === "property" ? node.parent.offset : node.offset;
  }
  return 0;
}

function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}
