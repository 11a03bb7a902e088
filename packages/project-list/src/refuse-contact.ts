import { isForbiddenSource } from "./contact-source.ts";

/** What `refuseContact` looks at; a contact of any package has it. */
export interface ContactOrigin {
  /** Where the contact comes from; without one it is refused. */
  readonly source?: string | null | undefined;
  readonly email?: string | null | undefined;
}

/**
 * - `forbidden_source`: the source names GitHub or git data
 * - `forbidden_address`: the address exists in git data only
 * - `no_source`: nobody can tell where it comes from
 */
export type ContactRefusalCode = "forbidden_source" | "forbidden_address" | "no_source";

export interface ContactRefusal {
  readonly code: ContactRefusalCode;
  /** Two sentences: why, and what to do. */
  readonly reason: string;
}

const POLICY =
  "GitHub's acceptable-use policies forbid to use data of GitHub or of git for unsolicited mail. Find the person in another way and name that source.";

/**
 * Why nobody may write to this contact; null: its origin allows it. Pure, so that adding, drafting and exporting ask the
 * same question: a contact that slipped into a file by hand is stopped at each of them.
 *
 * @see https://docs.github.com/en/site-policy/acceptable-use-policies/github-acceptable-use-policies (Information Usage Restrictions)
 */
export function refuseContact(contact: ContactOrigin): ContactRefusal | null {
  const source = contact.source?.trim() ?? "";
  if (source === "")
    return {
      code: "no_source",
      reason:
        "The contact has no source, so nobody can tell that it may be written to. Write where it comes from: manual, apollo, sumble …",
    };
  if (isForbiddenSource(source))
    return {
      code: "forbidden_source",
      reason: `The contact's source is ${JSON.stringify(source.slice(0, 80))}. ${POLICY}`,
    };
  const domain = contact.email?.trim().toLowerCase().replace(/\.$/u, "").split("@").at(-1) ?? "";
  if (/(?:^|\.)noreply\.git(?:hub|lab)\.com$/u.test(domain) || /(?:^|\.)users\.noreply\./u.test(domain))
    return {
      code: "forbidden_address",
      reason: `An address at ${domain.slice(0, 80)} exists in commits only. ${POLICY}`,
    };
  return null;
}
