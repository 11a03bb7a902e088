import { oneLine } from "../run/clean-text.ts";

/** Text that is HTML already; only `markup` makes it. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

export type Content = Markup | string | number | null | readonly Content[];

const MAX_CHARS = 4000;

/**
 * A template whose values are data: texts lose their control characters and are escaped for elements and for quoted attributes; null and
 * empty lists are nothing. What is no number becomes a dash, so that no coordinate breaks a picture.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, i) => part + (i < values.length ? render(values[i] ?? null) : "")).join(""),
  );
}

function render(value: Content): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.html;
  if (typeof value === "number")
    return Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : "–";
  if (typeof value === "string") return escapeHtml(value);
  return value.map(render).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** One line of text for elements and quoted attributes: nothing in it can end them. */
function escapeHtml(text: string): string {
  return oneLine(text, MAX_CHARS)
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
