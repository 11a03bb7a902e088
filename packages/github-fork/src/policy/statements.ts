import { cleanText } from "../clean-text.ts";

/** One sentence, or one item of a list, as its author says it. */
export interface Statement {
  readonly text: string;
  /** Where it begins; the first line is 1. */
  readonly line: number;
  /** The heading above it; empty: none. */
  readonly heading: string;
  /** What leads to a list of which it is an item: "We do not accept:"; empty: nothing does. */
  readonly lead: string;
}

const fence = /^\s*(```|~~~)/;
const item = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/;
const mostLines = 5000;

/**
 * The sentences of a Markdown, reStructuredText or plain text. Code blocks are left out, and so are block quotes (the words
 * of somebody else), but for alerts (`> [!NOTE]`), which are the author's own.
 */
export function statementsOf(text: string): Statement[] {
  const found: Statement[] = [];
  let heading = "";
  let lead = "";
  let inFence = "";
  let inAlert = false;
  let paragraph: { readonly text: string; readonly line: number }[] = [];
  let isItem = false;
  let before = "";

  const flush = (): void => {
    const sentences = sentencesOf(paragraph);
    for (const sentence of sentences) found.push({ ...sentence, heading, lead: isItem ? lead : "" });
    const last = sentences.at(-1)?.text ?? "";
    if (!isItem && last !== "") lead = last.endsWith(":") ? last : "";
    paragraph = [];
  };

  for (const [index, raw] of text.split(/\r?\n/, mostLines).entries()) {
    const line = raw.slice(0, 4000);
    const mark = fence.exec(line)?.[1] ?? "";
    if (inFence !== "" || mark !== "") {
      if (inFence === "") flush();
      inFence = inFence === "" ? mark : mark === inFence ? "" : inFence;
      continue;
    }
    const quoted = /^\s*>/.test(line);
    if (!quoted) inAlert = false;
    else if (/^\s*>\s*\[!\w+\]/.test(line)) {
      inAlert = true;
      flush();
      continue;
    } else if (!inAlert) continue;
    const own = inAlert ? line.replace(/^\s*>\s?/, "") : line;
    const blank = own.trim() === "";
    // Indented code; what is indented inside a list is the list's.
    if (/^(?: {4}|\t)/.test(own) && before === "" && !isItem && paragraph.length === 0) continue;
    before = own.trim();
    const title = /^\s{0,3}#{1,6}\s+(.*?)#*\s*$/.exec(own)?.[1];
    if (title !== undefined) {
      flush();
      isItem = false;
      heading = plain(title);
      lead = heading;
      found.push({ text: heading, line: index + 1, heading, lead: "" });
      continue;
    }
    if (/^\s*([=\-~^"#*+])\1{2,}\s*$/.test(own)) {
      // The underline of a heading, or a rule.
      const [only, ...more] = paragraph;
      if (only !== undefined && more.length === 0) {
        paragraph = [];
        heading = only.text;
        lead = heading;
        found.push({ text: heading, line: only.line, heading, lead: "" });
      } else flush();
      isItem = false;
      continue;
    }
    if (blank) {
      flush();
      continue;
    }
    if (item.test(own)) {
      flush();
      isItem = true;
    } else if (isItem && paragraph.length === 0 && !/^\s/.test(own)) {
      // A paragraph after a list begins anew.
      isItem = false;
      lead = "";
    }
    paragraph.push({ text: plain(own.replace(item, "").replace(/^\s*\|/, "")), line: index + 1 });
  }
  flush();
  return found;
}

/** A paragraph's lines, joined and cut at the ends of sentences. */
function sentencesOf(
  lines: readonly { readonly text: string; readonly line: number }[],
): { text: string; line: number }[] {
  const starts: { at: number; line: number }[] = [];
  let joined = "";
  for (const { text, line } of lines) {
    starts.push({ at: joined.length, line });
    joined += `${text} `;
  }
  const found: { text: string; line: number }[] = [];
  const whole = joined.replaceAll(
    /\b(e\.g|i\.e|etc|vs|incl|resp)\./gi,
    (short) => `${short.slice(0, -1)}\u2024`,
  );
  const end = /[.!?](?=["')\]]*\s+["'([]*[A-Z0-9*])|[.!?]\s*$|\s\|\s/g;
  let from = 0;
  const keep = (to: number): void => {
    const text = whole
      .slice(from, to)
      .replaceAll("\u2024", ".")
      .replace(/^[\s"')\]|]+/, "")
      .trim();
    const begin = from + (/\S/.exec(whole.slice(from, to))?.index ?? 0);
    if (text !== "") found.push({ text, line: starts.findLast(({ at }) => at <= begin)?.line ?? 1 });
    from = to;
  };
  for (const match of whole.matchAll(end)) keep(match.index + match[0].trimEnd().length);
  keep(whole.length);
  return found;
}

/** Without markup: what a reader sees. */
function plain(line: string): string {
  const text = line
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, " ")
    .replaceAll(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replaceAll(/<!--|-->|<\/?[a-z][^>]*>/gi, " ")
    .replaceAll(/(\*\*|__|``|`|~~)/g, "")
    .replaceAll(/(^|\s)[*_](\S)/g, "$1$2")
    .replaceAll(/(\S)[*_](?=[\s.,;:!?)]|$)/g, "$1")
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\u201c\u201d]/g, '"')
    .replaceAll(/[\u2010\u2011]/g, "-")
    .replaceAll("&nbsp;", " ");
  return cleanText(text, 4000);
}
