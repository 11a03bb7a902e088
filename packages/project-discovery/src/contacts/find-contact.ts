import { refuseContact } from "@universe-optimize/project-list";
import type { EmployeeSource } from "../discover.ts";
import type { ContactLedger } from "./contact-ledger.ts";
import type { Company, ContactSource, FoundContact } from "./contact-source.ts";

/** Who may decide about the performance of a code base, most likely first. */
export const DECIDING_TITLES: readonly string[] = [
  "CTO",
  "Chief Technology Officer",
  "VP of Engineering",
  "VP Engineering",
  "Head of Engineering",
  "Director of Engineering",
  "Engineering Director",
  "Head of Platform",
  "Engineering Manager",
  "Co-Founder",
  "Founder",
];

export interface FindContactOptions {
  readonly source: ContactSource;
  readonly ledger: ContactLedger;
  /** `owner/name`. */
  readonly project: string;
  readonly company: { readonly name: string; readonly domain: string };
  /** Default: `DECIDING_TITLES`. */
  readonly titles?: readonly string[];
  /** People that a search gives. Default: 10. */
  readonly limit?: number;
  /** Addresses that are asked for, at most, until one is found. Default: 2. */
  readonly reveals?: number;
  readonly signal?: AbortSignal;
}

/** What came of it: somebody, or why nobody. */
export type ContactOutcome =
  | { readonly found: FoundContact; readonly company: Company }
  | { readonly found: null; readonly company: Company | null; readonly reason: string };

/**
 * Finds whom to write to at a company, and keeps the person in the ledger. A project that has a contact there costs nothing again; so
 * does every question that was asked before. People who are another project's contact are passed over.
 *
 * @throws DiscoveryError as `ContactLedger.perform` does
 */
export async function findContact(options: FindContactOptions): Promise<ContactOutcome> {
  const { source, ledger, project, signal, titles = DECIDING_TITLES, limit = 10, reveals = 2 } = options;
  const company = await ledger.perform(source.company(options.company), signal);
  if (company === null)
    return {
      found: null,
      company,
      reason: `${source.name} knows no company with the website ${options.company.domain}.`,
    };
  const known = ledger.contactOf(project);
  if (known !== null) return { found: known.contact, company };
  const people = await ledger.perform(source.people(company, { titles, limit }), signal);
  const fitting = people
    .map((person) => ({ person, rank: rankOf(person.title, titles) }))
    .filter(({ person, rank }) => rank < titles.length && person.hasEmail !== false)
    .toSorted((a, b) => a.rank - b.rank);
  let asked = 0;
  for (const { person } of fitting) {
    if (asked === reveals) break;
    const sketch = { email: null, linkedin: null, source: source.name, personId: person.id };
    if (ledger.isTaken(sketch, project)) continue;
    asked += 1;
    const contact = await ledger.perform(source.reveal(person, company), signal);
    if (contact === null || contact.email === null || contact.name === "") continue;
    if (refuseContact(contact) !== null || ledger.isTaken(contact, project)) continue;
    return { found: (await ledger.keep(contact, project)).contact, company };
  }
  return {
    found: null,
    company,
    reason: `${source.name} gave ${people.length} people of ${company.name}; ${fitting.length} have a fitting title, and of the ${asked} asked for none had an address that is free.`,
  };
}

/** A contact that a person entered. */
export function manualContact(
  entered: Pick<FoundContact, "name" | "title" | "email" | "linkedin"> & {
    readonly country?: string | null;
    readonly source?: string;
  },
  now: Date = new Date(),
): FoundContact {
  const { name, title, email, linkedin, country = null, source = "manual" } = entered;
  const foundAt = now.toISOString().slice(0, 10);
  return { name, title, email, linkedin, country, source, foundAt, personId: null };
}

/** Numbers of employees out of a contact source, booked in the ledger; for `discover`. */
export function employeesFrom(source: ContactSource, ledger: ContactLedger): EmployeeSource {
  return async (company, signal) => {
    const found = await ledger.perform(source.company(company), signal);
    return {
      employees: found?.employees ?? null,
      source: source.name,
      date: new Date().toISOString().slice(0, 10),
    };
  };
}

/** Place of the first wanted title that stands in it as words; `titles.length`: none does. */
function rankOf(title: string, titles: readonly string[]): number {
  const words = ` ${title.toLowerCase().replaceAll(/[^a-z0-9]+/gu, " ")} `;
  const rank = titles.findIndex((one) =>
    words.includes(` ${one.toLowerCase().replaceAll(/[^a-z0-9]+/gu, " ")} `),
  );
  return rank === -1 ? titles.length : rank;
}
