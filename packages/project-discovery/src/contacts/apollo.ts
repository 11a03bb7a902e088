import { z } from "zod";
import { DiscoveryError } from "../errors.ts";
import { plainText } from "../plain-text.ts";
import { callJson } from "./call-json.ts";
import type { Booking, Company, ContactSource, FoundContact, Person, Quote } from "./contact-source.ts";
import { countryCode } from "./country-code.ts";

export interface ApolloOptions {
  /** A key for people search (a master key), people/match and organizations/enrich. */
  readonly apiKey: string;
  /** Default: https://api.apollo.io/api/v1. */
  readonly baseUrl?: string;
  readonly timeoutMs?: number;
  readonly now?: () => Date;
}

const text = z.string().nullish();
const organization = z.object({
  organization: z
    .object({
      id: z.string(),
      name: text,
      primary_domain: text,
      estimated_num_employees: z.number().nullish(),
    })
    .nullish(),
});
const found = z.object({
  people: z.array(
    z.object({
      id: z.string(),
      first_name: text,
      last_name_obfuscated: text,
      title: text,
      has_email: z.boolean().nullish(),
    }),
  ),
});
const match = z.object({
  person: z
    .object({
      id: z.string(),
      name: text,
      first_name: text,
      last_name: text,
      title: text,
      email: text,
      linkedin_url: text,
      country: text,
    })
    .nullish(),
});

/**
 * Contacts from Apollo. Shapes and credits are those of its reference, read in its OpenAPI description `apollo-rest-api` 1.0
 * of August 2026: https://docs.apollo.io/reference/people-api-search (free, no addresses),
 * https://docs.apollo.io/reference/people-enrichment (1 credit where data is found; no phone numbers are asked for),
 * https://docs.apollo.io/reference/organization-enrichment (1 credit) and https://docs.apollo.io/reference/rate-limits.
 *
 * Only these three paths are ever called.
 */
export function apolloContacts(options: ApolloOptions): ContactSource {
  const { apiKey, timeoutMs = 30_000, now = () => new Date() } = options;
  const baseUrl = (options.baseUrl ?? "https://api.apollo.io/api/v1").replace(/\/+$/u, "");
  const call = (
    method: "GET" | "POST",
    path: string,
    query: URLSearchParams,
    { signal }: Booking,
  ): Promise<unknown> =>
    callJson({
      service: "Apollo",
      keyName: "APOLLO_API_KEY",
      method,
      url: `${baseUrl}${path}?${query.toString()}`,
      headers: { "x-api-key": apiKey, "cache-control": "no-cache" },
      signal,
      timeoutMs,
      limitPauseMs: 60_000,
    });
  const quote = <Value>(rest: Omit<Quote<Value>, "source">): Quote<Value> => ({ source: "apollo", ...rest });

  return {
    name: "apollo",
    company: ({ name, domain }) =>
      quote<Company | null>({
        act: "company",
        key: `apollo company ${domain}`,
        mostCredits: 1,
        repeatable: false,
        async call(booking) {
          const answer = parse(
            organization,
            await call("GET", "/organizations/enrich", new URLSearchParams({ domain }), booking),
          );
          const one = answer.organization ?? null;
          return {
            value:
              one === null
                ? null
                : {
                    id: one.id,
                    name: plainText(one.name ?? name, 200),
                    domain: one.primary_domain ?? domain,
                    employees: wholeOrNull(one.estimated_num_employees),
                  },
            credits: one === null ? 0 : 1,
            requestId: null,
          };
        },
      }),
    people: (company, { titles, limit }) =>
      quote<readonly Person[]>({
        act: "people",
        key: `apollo people ${company.domain} ${limit} ${titles.join("|")}`,
        mostCredits: 0,
        repeatable: true,
        async call(booking) {
          const query = new URLSearchParams({ page: "1", per_page: String(Math.min(100, limit)) });
          query.append("q_organization_domains_list[]", company.domain);
          for (const title of titles) query.append("person_titles[]", title);
          const answer = parse(found, await call("POST", "/mixed_people/api_search", query, booking));
          return {
            value: answer.people.slice(0, limit).map((person) => ({
              id: person.id,
              name: plainText(`${person.first_name ?? ""} ${person.last_name_obfuscated ?? ""}`, 200),
              title: plainText(person.title ?? "", 200),
              hasEmail: person.has_email ?? null,
            })),
            credits: 0,
            requestId: null,
          };
        },
      }),
    reveal: (person) =>
      quote<FoundContact | null>({
        act: "reveal",
        key: `apollo reveal ${person.id}`,
        mostCredits: 1,
        repeatable: false,
        async call(booking) {
          const query = new URLSearchParams({
            id: person.id,
            reveal_personal_emails: "false",
            reveal_phone_number: "false",
          });
          const { person: one } = parse(match, await call("POST", "/people/match", query, booking));
          if (one == null) return { value: null, credits: 0, requestId: null };
          const name = one.name ?? `${one.first_name ?? ""} ${one.last_name ?? ""}`;
          return {
            value: {
              name: plainText(name, 200),
              title: plainText(one.title ?? person.title, 200),
              email: addressOrNull(one.email),
              linkedin: one.linkedin_url == null ? null : plainText(one.linkedin_url, 300),
              country: countryCode(one.country),
              source: "apollo",
              foundAt: now().toISOString().slice(0, 10),
              personId: one.id,
            },
            credits: 1,
            requestId: null,
          };
        },
      }),
  };
}

/** @throws DiscoveryError `unavailable`: the answer has another shape than the documentation */
export function parse<Type>(type: z.ZodType<Type>, answer: unknown): Type {
  const read = type.safeParse(answer);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new DiscoveryError(
    "unavailable",
    `The answer is not as documented: ${issue?.path.join(".")}: ${issue?.message}. It may have cost credits; report it.`,
    { cause: read.error },
  );
}

/** An address that can be written to; sources hide some behind words such as "email_not_unlocked@…". */
export function addressOrNull(email: string | null | undefined): string | null {
  if (email == null || /not_unlocked/u.test(email)) return null;
  return z.email().max(254).safeParse(email).success ? email : null;
}

export function wholeOrNull(value: number | null | undefined): number | null {
  return value == null || !Number.isInteger(value) || value < 0 ? null : value;
}
