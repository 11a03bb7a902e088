import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { DiscoveryError } from "../errors.ts";
import { plainText } from "../plain-text.ts";
import { addressOrNull, parse, wholeOrNull } from "./apollo.ts";
import { callJson } from "./call-json.ts";
import type { Booking, Company, ContactSource, FoundContact, Paid, Person, Quote } from "./contact-source.ts";
import { countryCode } from "./country-code.ts";

export interface SumbleOptions {
  readonly apiKey: string;
  /** Default: https://api.sumble.com. A version at its end is replaced by the one that this adapter speaks. */
  readonly baseUrl?: string;
  /**
   * Who may decide, in Sumble's query language; its values are those of the web application. Default: managers and everybody above them.
   */
  readonly peopleQuery?: string;
  /** Between two looks at a request that is being worked on. Default: 2,000. */
  readonly pollMs?: number;
  /** Looks before a request is left for the next call. Default: 60. */
  readonly polls?: number;
  readonly timeoutMs?: number;
  readonly now?: () => Date;
}

const VERSION = "v9";
const PEOPLE_QUERY =
  "job_level IN ('CXO', 'EVP', 'SVP', 'VP', 'Senior Director', 'Director', 'Head', 'Senior Manager', 'Manager')";

const text = z.string().nullish();
const envelope = { credits_used: z.number().min(0), id: z.string() };
const organizations = z.object({
  ...envelope,
  organizations: z.array(
    z.object({
      attributes: z
        .object({
          id: z.number().nullish(),
          name: text,
          url: text,
          employee_count: z.number().nullish(),
        })
        .nullish(),
    }),
  ),
});
const request = z.object({
  ...envelope,
  request_id: text,
  status: text,
  people: z
    .array(
      z.object({
        person_id: z.number().nullish(),
        attributes: z
          .object({
            name: text,
            job_title: text,
            email: text,
            linkedin_url: text,
            country: text,
          })
          .nullish(),
      }),
    )
    .nullish(),
});
type Row = NonNullable<z.infer<typeof request>["people"]>[number];

/**
 * Contacts from Sumble's API v9. Shapes and credits are those of https://docs.sumble.com/api/api, its pricing page and its
 * OpenAPI description (https://api.sumble.com/openapi.json?version=v9), read in copies of August 2026: organisations are answered at
 * once (1 credit, and 1 for each paid attribute, where matched); people are a request that is begun for nothing and then looked at,
 * charged at the first look that has the result (1 credit, 1 for each paid attribute, 10 for an address). Which attributes are paid is
 * not written there, so all of them are reserved; what is booked is the answer's `credits_used`.
 */
export function sumbleContacts(options: SumbleOptions): ContactSource {
  const { apiKey, timeoutMs = 30_000, pollMs = 2000, polls = 60, now = () => new Date() } = options;
  const origin = (options.baseUrl ?? "https://api.sumble.com").replace(/(?:\/v\d+)?\/*$/u, "");
  const post = (path: string, body: object, signal: AbortSignal | undefined): Promise<unknown> =>
    callJson({
      service: "Sumble",
      keyName: "SUMBLE_API_KEY",
      method: "POST",
      url: `${origin}/${VERSION}${path}`,
      headers: { authorization: `Bearer ${apiKey}` },
      body,
      signal,
      timeoutMs,
      limitPauseMs: 1000,
    });

  /** Begins a request, or takes up the one that was begun, and waits for its result. */
  async function rows(body: object, { begun, noteRequest, signal }: Booking): Promise<Paid<readonly Row[]>> {
    let id = begun;
    if (id === null) {
      const started = parse(request, await post("/people", body, signal));
      // Up to version 7 the result came at once.
      if (started.people != null)
        return { value: started.people, credits: started.credits_used, requestId: started.id };
      id = started.request_id ?? null;
      if (id === null)
        throw new DiscoveryError("unavailable", "Sumble began a request without a request_id.");
      await noteRequest(id);
    }
    for (let look = 0; look < polls; look += 1) {
      if (look > 0) await delay(pollMs, undefined, signal ? { signal } : {});
      const answer = await pollOnce(id, signal);
      if (answer === null) continue;
      if (answer.status === "failed") return { value: [], credits: answer.credits_used, requestId: id };
      if (answer.people == null) continue;
      // Charged at the first look. If that was an earlier try's, this one says 0, and what was reserved counts.
      const credits = begun !== null && answer.credits_used === 0 ? null : answer.credits_used;
      return { value: answer.people, credits, requestId: id };
    }
    throw new DiscoveryError(
      "unavailable",
      `Sumble still works on request ${id}. Call again later: it is taken up where it is, and not paid twice.`,
    );
  }

  async function pollOnce(
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<z.infer<typeof request> | null> {
    try {
      return parse(request, await post("/people", { request_id: id }, signal));
    } catch (error) {
      // Looking again costs nothing.
      if (error instanceof DiscoveryError && error.code === "rate_limited") return null;
      throw error;
    }
  }

  const quote = <Value>(rest: Omit<Quote<Value>, "source">): Quote<Value> => ({ source: "sumble", ...rest });

  return {
    name: "sumble",
    company: ({ name, domain }) =>
      quote<Company | null>({
        act: "company",
        key: `sumble company ${domain}`,
        mostCredits: 5,
        repeatable: false,
        async call({ signal }) {
          const body = {
            organizations: [{ name, url: domain }],
            select: { attributes: ["id", "name", "url", "employee_count"] },
          };
          const answer = parse(organizations, await post("/organizations", body, signal));
          const one = answer.organizations[0]?.attributes ?? null;
          return {
            value:
              one?.id == null
                ? null
                : {
                    id: String(one.id),
                    name: plainText(one.name ?? name, 200),
                    domain: plainText(one.url ?? domain, 200),
                    employees: wholeOrNull(one.employee_count),
                  },
            credits: answer.credits_used,
            requestId: answer.id,
          };
        },
      }),
    people: (company, { limit }) =>
      quote<readonly Person[]>({
        act: "people",
        key: `sumble people ${company.id} ${limit} ${options.peopleQuery ?? PEOPLE_QUERY}`,
        mostCredits: Math.min(200, limit) * 3,
        repeatable: true,
        async call(booking) {
          const { value, ...paid } = await rows(
            {
              filter: {
                organization_ids: [Number(company.id)],
                query: { query: options.peopleQuery ?? PEOPLE_QUERY },
              },
              select: { attributes: ["name", "job_title"] },
              limit: Math.min(200, limit),
              order_by_column: "job_level",
            },
            booking,
          );
          return { ...paid, value: value.flatMap((row) => toPerson(row)) };
        },
      }),
    reveal: (person) =>
      quote<FoundContact | null>({
        act: "reveal",
        key: `sumble reveal ${person.id}`,
        mostCredits: 16,
        repeatable: true,
        async call(booking) {
          const attributes = ["name", "job_title", "email", "linkedin_url", "country"];
          const { value, ...paid } = await rows(
            { people: [{ person_id: Number(person.id) }], select: { attributes } },
            booking,
          );
          const [row] = value;
          if (row?.person_id == null || row.attributes == null) return { ...paid, value: null };
          const { name, job_title, email, linkedin_url, country } = row.attributes;
          return {
            ...paid,
            value: {
              name: plainText(name ?? person.name, 200),
              title: plainText(job_title ?? person.title, 200),
              email: addressOrNull(email),
              linkedin: linkedin_url == null ? null : plainText(linkedin_url, 300),
              country: countryCode(country),
              source: "sumble",
              foundAt: now().toISOString().slice(0, 10),
              personId: String(row.person_id),
            },
          };
        },
      }),
  };
}

function toPerson({ person_id, attributes }: Row): Person[] {
  if (person_id == null) return [];
  return [
    {
      id: String(person_id),
      name: plainText(attributes?.name ?? "", 200),
      title: plainText(attributes?.job_title ?? "", 200),
      hasEmail: null,
    },
  ];
}
