import { applyEdits, type Edit, type Node, parseTree, stripComments } from "jsonc-parser";

/**
 * Appends an entry to the JSON list in `text`, on lines of its own before the closing bracket. Nothing else changes but a
 * comma: jsonc-parser's own `modify` would also lay out the entry before it anew.
 */
export function appendToList(text: string, entry: unknown): string {
  const list = parseTree(text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text, [], {
    allowTrailingComma: true,
  });
  if (list?.type !== "array") throw new TypeError("appendToList needs the text of a list");
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const unit = /\n([ \t]+)\S/u.exec(text)?.[1] ?? "  ";
  const lines = JSON.stringify(entry, null, unit).split("\n");
  const added = lines.map((line) => `${unit}${line}`).join(eol);
  const close = list.offset + list.length - 1;
  // Whitespace before the bracket gives way, so that the entry begins a line and the bracket another.
  const from = text.slice(0, close).trimEnd().length;
  const edits: Edit[] = [{ offset: from, length: close - from, content: `${eol}${added}${eol}` }];
  const last = list.children?.at(-1);
  if (last !== undefined && !hasTrailingComma(text, last, close)) {
    edits.unshift({ offset: last.offset + last.length, length: 0, content: "," });
  }
  return applyEdits(text, edits);
}

function hasTrailingComma(text: string, last: Node, close: number): boolean {
  return stripComments(text.slice(last.offset + last.length, close)).includes(",");
}
