import { recipientDomain, recipientKey } from "./recipient-key.ts";

/** An entry of the opt-out list. */
export interface Suppression {
  /** An address (`jane@example.com`), or a domain with its @ (`@example.com`), which covers what lies below it. */
  readonly target: string;
  readonly reason: string;
  /** When the person asked for it, ISO 8601. */
  readonly requested_at: string;
}

/** The entry that forbids to write to an address; null: none does. It holds whenever the request came, also before a mail was drafted. */
export function suppressionOf(address: string, suppressions: readonly Suppression[]): Suppression | null {
  const key = recipientKey(address);
  const domain = recipientDomain(address);
  return (
    suppressions.find(({ target }) => {
      const text = target.normalize("NFKC").trim().toLowerCase();
      if (!text.startsWith("@")) return text.includes("@") && recipientKey(text) === key;
      const suppressed = text.slice(1).replace(/\.+$/, "");
      return suppressed !== "" && (domain === suppressed || domain.endsWith(`.${suppressed}`));
    }) ?? null
  );
}
