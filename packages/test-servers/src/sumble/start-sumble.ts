import {
  type ApiAnswer,
  type ApiFault,
  type ApiRequest,
  numberOf,
  objectOf,
  type SeenRequest,
  startJsonApi,
  textOf,
  textsOf,
} from "../json-api/index.ts";
import { peopleQuery } from "./query.ts";
import {
  FREE_ATTRIBUTES,
  ORGANIZATION_ATTRIBUTES,
  PERSON_ATTRIBUTES,
  type SumbleOrganization,
  type SumblePerson,
} from "./sumble-data.ts";

export interface SumbleOptions {
  readonly keys: readonly string[];
  readonly organizations?: readonly SumbleOrganization[];
  readonly people?: readonly SumblePerson[];
  /** Default: 10,000. */
  readonly credits?: number;
  /** Polls of a people request that say `running` before it has succeeded. Default: 1. */
  readonly runningPolls?: number;
  /** Requests that are let through in a second, for all endpoints together. Default: 10, as documented. */
  readonly perSecond?: number;
  /** Milliseconds; default: the clock. */
  readonly now?: () => number;
}

export interface TestSumble extends AsyncDisposable {
  /** With `/v9`. */
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  readonly creditsUsed: number;
  /** People requests that were started. */
  readonly started: number;
  failNext(fault: ApiFault): void;
  stop(): Promise<void>;
}

interface Job {
  readonly id: string;
  readonly rows: readonly object[];
  readonly credits: number;
  readonly total: number;
  readonly matched: number | null;
  polls: number;
  charged: boolean;
}

/**
 * Sumble's API v9, as https://docs.sumble.com/api/api and its OpenAPI description (`/openapi.json?version=v9`, copies of
 * August 2026) have it: organisations in one call, people as a request that is started and polled, charged once at the first poll
 * that has the result. The documentation does not say which attributes are free; here id, slug, name and addresses are.
 */
export async function startSumble(options: SumbleOptions): Promise<TestSumble> {
  const { organizations = [], people = [], runningPolls = 1, perSecond = 10 } = options;
  const now = options.now ?? (() => Date.now());
  const jobs = new Map<string, Job>();
  const revealed = new Set<number>();
  const recent: number[] = [];
  let used = 0;
  let left = options.credits ?? 10_000;
  let answers = 0;

  const api = await startJsonApi((request) => {
    const bearer = request.headers["authorization"];
    if (!options.keys.some((key) => bearer === `Bearer ${key}`))
      return { status: 401, body: { detail: "Invalid or missing API key" } };
    recent.push(now());
    if (recent.filter((at) => at > now() - 1000).length > perSecond)
      return { status: 429, body: { detail: "Rate limit exceeded" } };
    if (request.method !== "POST") return { status: 405, body: { detail: "Method Not Allowed" } };
    if (request.path === "/v9/organizations") return findOrganizations(request);
    if (request.path === "/v9/people") return askPeople(request);
    return { status: 404, body: { detail: "Not Found" } };
  });

  function charge(credits: number): void {
    used += credits;
    left -= credits;
  }

  function envelope(credits: number): object {
    answers += 1;
    return { id: uuid(answers), credits_used: credits, credits_remaining: left };
  }

  function findOrganizations(request: ApiRequest): ApiAnswer {
    const body = objectOf(request.body);
    const inputs = body["organizations"];
    if (!Array.isArray(inputs) || inputs.length === 0)
      return invalid(["body", "organizations"], "Field required");
    const attributes = textsOf(objectOf(body["select"])["attributes"]);
    const unknown = attributes.find((name) => !ORGANIZATION_ATTRIBUTES.includes(name));
    if (unknown !== undefined)
      return invalid(["body", "select", "attributes"], `Input should be one of: ${unknown}`);
    const rows = inputs.map(objectOf).map((input) => {
      const url = textOf(input["url"])
        ?.toLowerCase()
        .replace(/^(?:https?:\/\/)?(?:www\.)?/u, "")
        .replace(/\/.*$/u, "");
      const found = organizations.find(
        (one) =>
          one.id === input["id"] ||
          (url !== undefined
            ? one.url === url
            : one.name.toLowerCase() === textOf(input["name"])?.toLowerCase()),
      );
      return { input, found };
    });
    const matched = rows.filter(({ found }) => found !== undefined).length;
    const credits = matched * (1 + paid(attributes));
    if (credits > left) return { status: 402, body: { detail: "Insufficient credits" } };
    charge(credits);
    return {
      status: 200,
      body: {
        ...envelope(credits),
        organizations: rows.map(({ input, found }) => ({
          input,
          attributes: found === undefined ? {} : pick(organizationAttributes(found), attributes),
          entities: [],
        })),
        matched_count: matched,
        total: rows.length,
      },
    };
  }

  function askPeople(request: ApiRequest): ApiAnswer {
    const body = objectOf(request.body);
    const requestId = textOf(body["request_id"]);
    return requestId === null ? startPeople(body) : pollPeople(requestId);
  }

  function startPeople(body: Readonly<Record<string, unknown>>): ApiAnswer {
    const attributes = textsOf(objectOf(body["select"])["attributes"]);
    const unknown = attributes.find((name) => !PERSON_ATTRIBUTES.includes(name));
    if (unknown !== undefined)
      return invalid(["body", "select", "attributes"], `Input should be one of: ${unknown}`);
    const inList = Array.isArray(body["people"]);
    const found = inList ? matchPeople(body["people"] as unknown[]) : searchPeople(body);
    if (!Array.isArray(found)) return found;
    if (!inList && attributes.some((name) => name === "email" || name === "phone"))
      return invalid(["body", "select", "attributes"], "Contact attributes are available in match mode only");
    const matched = found.filter(({ person }) => person !== null);
    const reveals = attributes.includes("email")
      ? matched.filter(({ person }) => person?.email !== null && !revealed.has(person?.id ?? 0)).length
      : 0;
    const extra = matched.reduce((sum, { extra: more }) => sum + more, 0);
    const plain = attributes.filter((name) => name !== "email" && name !== "phone");
    const credits = matched.length * (1 + paid(plain)) + reveals * 10 + extra;
    if (credits > left) return { status: 402, body: { detail: "Insufficient credits" } };
    const from = inList ? 0 : numberOf(body["offset"], 0);
    const page = inList ? found : found.slice(from, from + numberOf(body["limit"], 10));
    const job: Job = {
      id: uuid(900_000 + jobs.size),
      rows: page.map(({ input, person }) => ({
        ...(input === null ? {} : { input }),
        ...(person === null
          ? {}
          : { person_id: person.id, attributes: pick(personAttributes(person), attributes) }),
      })),
      credits: inList ? credits : page.length * (1 + paid(plain)),
      total: found.length,
      matched: inList ? matched.length : null,
      polls: 0,
      charged: false,
    };
    jobs.set(job.id, job);
    if (attributes.includes("email"))
      for (const { person } of matched) if (person?.email != null) revealed.add(person.id);
    return { status: 200, body: { ...envelope(0), request_id: job.id, status: "pending" } };
  }

  function pollPeople(id: string): ApiAnswer {
    const job = jobs.get(id);
    if (job === undefined) return invalid(["body", "request_id"], "Unknown request");
    job.polls += 1;
    if (job.polls <= runningPolls)
      return { status: 200, body: { ...envelope(0), request_id: id, status: "running" } };
    const credits = job.charged ? 0 : job.credits;
    job.charged = true;
    charge(credits);
    return {
      status: 200,
      body: {
        ...envelope(credits),
        request_id: id,
        status: "succeeded",
        people: job.rows,
        total: job.total,
        ...(job.matched === null ? {} : { matched_count: job.matched }),
      },
    };
  }

  type Row = { readonly input: object | null; readonly person: SumblePerson | null; readonly extra: number };

  function searchPeople(body: Readonly<Record<string, unknown>>): Row[] | ApiAnswer {
    const filter = objectOf(body["filter"]);
    const ids = Array.isArray(filter["organization_ids"]) ? filter["organization_ids"] : [];
    if (ids.length === 0) return invalid(["body", "filter", "organization_ids"], "Field required");
    const text = textOf(objectOf(filter["query"])["query"]);
    const test = text === null ? () => true : peopleQuery(text);
    if (test === null) return invalid(["body", "filter", "query"], "The query cannot be read");
    return people
      .filter((person) => ids.includes(person.organizationId) && test(person))
      .map((person) => ({ input: null, person, extra: 0 }));
  }

  function matchPeople(inputs: readonly unknown[]): Row[] {
    return inputs.map(objectOf).map((input) => {
      const linkedin = textOf(input["linkedin_url"]);
      const email = textOf(input["email"]);
      const person =
        people.find((one) =>
          typeof input["person_id"] === "number"
            ? one.id === input["person_id"]
            : linkedin === null
              ? email !== null && one.email === email
              : one.linkedinUrl === linkedin,
        ) ?? null;
      const byEmail = typeof input["person_id"] !== "number" && linkedin === null;
      return { input, person, extra: byEmail && person !== null ? 20 : 0 };
    });
  }

  function personAttributes(person: SumblePerson): Record<string, unknown> {
    const employer = organizations.find(({ id }) => id === person.organizationId);
    return {
      name: person.name,
      email: person.email,
      phone: null,
      linkedin_url: person.linkedinUrl,
      job_title: person.title,
      job_function: person.jobFunction,
      job_level: person.jobLevel,
      country: person.country,
      current_employer:
        employer === undefined
          ? null
          : { organization_id: employer.id, name: employer.name, start_date: "2024-08" },
    };
  }

  return {
    baseUrl: `${api.origin}/v9`,
    requests: api.requests,
    get creditsUsed() {
      return used;
    },
    get started() {
      return jobs.size;
    },
    failNext: api.failNext,
    stop: api.stop,
    [Symbol.asyncDispose]: api.stop,
  };
}

function organizationAttributes(found: SumbleOrganization): Record<string, unknown> {
  return {
    id: found.id,
    slug: found.name.toLowerCase(),
    name: found.name,
    url: found.url,
    ...(found.employees === null ? {} : { employee_count: found.employees }),
    headquarters_country: found.country ?? "US",
  };
}

function paid(attributes: readonly string[]): number {
  return attributes.filter((name) => !FREE_ATTRIBUTES.has(name)).length;
}

function pick(all: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]]));
}

function invalid(loc: readonly string[], msg: string): ApiAnswer {
  return { status: 422, body: { detail: [{ loc, msg, type: "value_error" }] } };
}

function uuid(number: number): string {
  return `019980d2-bc85-7571-9d60-${number.toString(16).padStart(12, "0")}`;
}
