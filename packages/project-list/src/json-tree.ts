import {
  findNodeAtLocation,
  type JSONPath,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { ProjectListError } from "./project-list-error.ts";

/** Line and column, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A JSON text that knows where its values stand. */
export interface JsonText {
  readonly root: Node;
  /** What `root` stands for. Keys are own properties, whatever their name. */
  readonly value: unknown;
  /** Place of the value at `path`, or of the nearest that is there. */
  readonly placeOf: (path: JSONPath) => Place;
  /** Place of a key, not of its value. */
  readonly placeOfKey: (path: JSONPath, key: string) => Place;
  readonly placeAtOffset: (offset: number) => Place;
}

const PLAIN_WORDS: Readonly<Record<string, string>> = {
  CommaExpected: "a comma is missing",
  ColonExpected: "a colon is missing",
  CloseBraceExpected: "a } is missing",
  CloseBracketExpected: "a ] is missing",
  PropertyNameExpected: "a key in quotation marks is missing",
  ValueExpected: "a value is missing",
  EndOfFileExpected: "there is something after the end",
  UnexpectedEndOfString: "a quotation mark is missing",
  InvalidSymbol: "a word or character is no JSON",
  InvalidCharacter: "a text holds a line break or another control character",
};

/**
 * Reads JSON; comments and trailing commas are taken too, since people write them.
 *
 * @throws ProjectListError `not_json`
 */
export function parseJsonText(text: string, file: string): JsonText {
  const lineStarts = startsOfLines(text);
  const errors: ParseError[] = [];
  // A byte order mark is no part of the text; a space in its place keeps all offsets.
  const parsed = parseOrNull(text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text, errors);
  const first = errors[0];
  if (parsed === null || first !== undefined) {
    const word = first === undefined ? null : printParseErrorCode(first.error);
    const place = placeAt(lineStarts, first?.offset ?? 0);
    const message =
      parsed === null
        ? "brackets are nested too deeply"
        : text.trim() === ""
          ? "the file is empty"
          : (PLAIN_WORDS[word ?? ""] ?? word ?? "");
    throw new ProjectListError("not_json", file, [
      {
        ...place,
        field: "",
        message,
        expected: "a JSON list of projects",
        nextAct: 'Correct the text here; an empty list is "[]".',
      },
    ]);
  }
  const { root, value } = parsed;
  return {
    root,
    value,
    placeAtOffset: (offset) => placeAt(lineStarts, offset),
    placeOf: (path) => placeAt(lineStarts, nodeOrParent(root, path).offset),
    placeOfKey: (path, key) => {
      const property = nodeOrParent(root, path).children?.find((child) => child.children?.[0]?.value === key);
      return placeAt(lineStarts, (property ?? nodeOrParent(root, path)).offset);
    },
  };
}

function toValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(toValue);
  if (node.type !== "object") return node.value;
  const entries = (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key === undefined || value === undefined ? [] : [[key.value as string, toValue(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** null: nested so deeply that the stack does not suffice. */
function parseOrNull(
  text: string,
  errors: ParseError[],
): { readonly root: Node; readonly value: unknown } | null {
  try {
    const root = parseTree(text, errors, { allowTrailingComma: true }) ?? {
      type: "null",
      offset: 0,
      length: 0,
      value: null,
    };
    return { root, value: toValue(root) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function nodeOrParent(root: Node, path: JSONPath): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/gu)) starts.push(match.index + match[0].length);
  return starts;
}

function placeAt(lineStarts: readonly number[], offset: number): Place {
  const after = lineStarts.findIndex((start) => start > offset);
  const line = after === -1 ? lineStarts.length : after;
  return { line, column: offset - (lineStarts[line - 1] ?? 0) + 1 };
}
