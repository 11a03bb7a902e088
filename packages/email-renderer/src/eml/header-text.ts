import { oneLine } from "../clean-text.ts";
import { TemplateError } from "../template-error.ts";

/**
 * A header's text: one line, and nothing that a mail program would decode. `=?utf-8?Q?=0D=0ABcc:?=` in a name is ASCII, so that it
 * would travel as it is and become something else in front of the reader; a space takes its meaning.
 */
export function headerText(text: string): string {
  return oneLine(text.replace(/[\u200b\u200e\u200f\u2060\ufeff]/g, "")).replace(/=(?=\?)/g, "= ");
}

/**
 * A display name that shows a name and nothing else; null where there is none. A name that looks like an address
 * ("billing@bank.example") would pass for the sender or recipient in programs that show names only.
 */
export function displayName(name: string | null): string | null {
  const text = headerText((name ?? "").slice(0, 2_000))
    .replace(/["<>()[\]\\,;:]/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd();
  return text === "" || text.includes("@") || !/\p{L}/u.test(text) ? null : text;
}

// Dot-atom of RFC 5322 on the left, host names on the right; no quoted local parts, comments, literals or lists.
const address =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * One plain address: `ada@example.com`, its domain in lower case.
 *
 * @throws TemplateError `invalid_address` for anything else: several, a name around it, a line break, letters beyond ASCII
 */
export function plainAddress(text: string, file: string, whose = "recipient"): string {
  const trimmed = text.length > 1_000 ? text : text.trim();
  const [local = "", domain = ""] = trimmed.split("@");
  if (trimmed.length > 254 || local.length > 64 || !address.test(trimmed)) {
    throw new TemplateError(
      `the ${whose}'s address ${JSON.stringify(trimmed.slice(0, 80))} is not one plain address like ada@example.com. Correct it where the ${whose} is set.`,
      { code: "invalid_address", file },
    );
  }
  return `${local}@${domain.toLowerCase()}`;
}

/**
 * A Message-ID without its angle brackets.
 *
 * @throws TemplateError `invalid_header`
 */
export function messageIdText(text: string, file: string): string {
  const id = text.trim().replace(/^<([^<>]*)>$/, "$1");
  if (
    id.length > 200 ||
    !/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9!#$%&'*+/=?^_`{|}~.[\]:-]+$/.test(id)
  ) {
    throw new TemplateError(
      `${JSON.stringify(text.slice(0, 80))} is no Message-ID. Copy it from the sent mail's headers: <something@host>.`,
      { code: "invalid_header", file },
    );
  }
  return id;
}
