import { type ApiAnswer, type ApiRequest, numberOf, objectOf, textOf, textsOf } from "../json-api/index.ts";
import { type ApolloState, type KnownPerson, takeCredits } from "./apollo-state.ts";

const NO_CREDITS: ApiAnswer = {
  status: 422,
  body: { error: "You have insufficient credits to perform this request." },
};

/** The parameter, from the query or from the body; Apollo takes both. `[]` of a list's name belongs to the query only. */
export function parameter(request: ApiRequest, name: string): string | null {
  return textOf(request.query.get(name)) ?? textOf(objectOf(request.body)[name]);
}

export function listParameter(request: ApiRequest, name: string): string[] {
  const inQuery = request.query.getAll(`${name}[]`);
  return inQuery.length > 0 ? inQuery : textsOf(objectOf(request.body)[name]);
}

export function pageOf(request: ApiRequest, otherwise: number): { page: number; perPage: number } | null {
  const body = objectOf(request.body);
  const page = numberOf(request.query.get("page") ?? body["page"], 1);
  const perPage = numberOf(request.query.get("per_page") ?? body["per_page"], otherwise);
  return page < 1 || perPage < 1 || perPage > 100 || page > 500 ? null : { page, perPage };
}

/** POST /mixed_people/api_search: free, without addresses, last names obfuscated (reference/people-api-search). */
export function searchPeople(state: ApolloState, request: ApiRequest): ApiAnswer {
  const page = pageOf(request, 10);
  if (page === null) return { status: 422, body: { error: "Invalid parameters" } };
  const titles = listParameter(request, "person_titles").map((title) => title.toLowerCase());
  const seniorities = listParameter(request, "person_seniorities");
  const domains = listParameter(request, "q_organization_domains_list");
  const organizationIds = listParameter(request, "organization_ids");
  const similar = parameter(request, "include_similar_titles") !== "false";
  const found = state.people.filter(
    (person) =>
      (titles.length === 0 ||
        titles.some((title) =>
          similar ? person.title.toLowerCase().includes(title) : person.title.toLowerCase() === title,
        )) &&
      (seniorities.length === 0 || seniorities.includes(person.seniority ?? "")) &&
      (domains.length === 0 || domains.includes(person.domain)) &&
      (organizationIds.length === 0 || organizationIds.includes(person.organization?.id ?? "")),
  );
  const from = (page.page - 1) * page.perPage;
  return {
    status: 200,
    body: {
      total_entries: found.length,
      people: found.slice(from, from + page.perPage).map((person) => ({
        id: person.id,
        first_name: person.firstName,
        last_name_obfuscated: `${person.lastName.slice(0, 2)}***${person.lastName.slice(-1)}`,
        title: person.title,
        has_email: person.email !== null,
        has_country: person.country !== undefined,
        has_direct_phone: "No",
        organization:
          person.organization === null
            ? null
            : { name: person.organization.name, has_employee_count: person.organization.employees !== null },
      })),
    },
  };
}

/** POST /people/match: one credit where data was found (reference/people-enrichment). */
export function matchPerson(state: ApolloState, request: ApiRequest): ApiAnswer {
  const found = state.people.find((person) => matches(person, request));
  if (found === undefined) return { status: 200, body: { person: null } };
  if (!takeCredits(state, 1)) return NO_CREDITS;
  return {
    status: 200,
    body: {
      person: {
        id: found.id,
        first_name: found.firstName,
        last_name: found.lastName,
        name: `${found.firstName} ${found.lastName}`,
        linkedin_url: found.linkedinUrl ?? null,
        title: found.title,
        email: found.email,
        email_status: found.email === null ? "unavailable" : "verified",
        github_url: null,
        country: found.country ?? null,
        organization_id: found.organization?.id ?? null,
        organization: found.organization === null ? null : organizationBody(found.organization),
      },
    },
  };
}

function matches(person: KnownPerson, request: ApiRequest): boolean {
  const id = parameter(request, "id");
  if (id !== null) return person.id === id;
  const linkedin = parameter(request, "linkedin_url");
  if (linkedin !== null) return person.linkedinUrl === linkedin;
  const email = parameter(request, "email");
  if (email !== null) return person.email === email;
  const name =
    parameter(request, "name") ??
    `${parameter(request, "first_name") ?? ""} ${parameter(request, "last_name") ?? ""}`;
  const domain = parameter(request, "domain");
  return domain === person.domain && name === `${person.firstName} ${person.lastName}`;
}

/** GET /organizations/enrich: one credit where one was found (reference/organization-enrichment). */
export function enrichOrganization(state: ApolloState, request: ApiRequest): ApiAnswer {
  const domain = parameter(request, "domain");
  const name = parameter(request, "name");
  if (domain === null && name === null)
    return { status: 422, body: { error: "Required parameter 'domain' missing" } };
  const found = state.organizations.find((one) =>
    domain === null ? one.name === name : one.domain === domain,
  );
  if (found === undefined) return { status: 200, body: {} };
  if (!takeCredits(state, 1)) return NO_CREDITS;
  return { status: 200, body: { organization: organizationBody(found) } };
}

function organizationBody(found: ApolloState["organizations"][number]): object {
  return {
    id: found.id,
    name: found.name,
    website_url: `http://www.${found.domain}`,
    primary_domain: found.domain,
    estimated_num_employees: found.employees,
    github_url: null,
  };
}
