import { DeliveryError } from "../errors.ts";

/** A request that the client may make. */
export interface AllowedRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** Below the base URL; `{id}` is one id of Apollo's. */
  readonly path: string;
  /** Fields that its body may have, and no other. */
  readonly fields: readonly string[];
  /** Parameters that its URL may have, and no other. */
  readonly parameters: readonly string[];
}

/**
 * Everything that this program ever asks of Apollo. Whatever sends, schedules, approves or activates is not in it:
 * `/emailer_messages/{id}/send_now`, `/emailer_campaigns/{id}/approve`, `POST /sequences`, and of `PUT /sequences/{id}` every
 * body but the empty one, which changes nothing and is the only documented way to read a sequence's steps.
 *
 * @see https://docs.apollo.io/reference
 */
export const allowedRequests: readonly AllowedRequest[] = Object.freeze([
  { method: "POST", path: "/contacts/search", fields: ["q_keywords", "per_page", "page"], parameters: [] },
  {
    method: "POST",
    path: "/contacts",
    fields: ["first_name", "last_name", "email", "title", "organization_name", "run_dedupe"],
    parameters: [],
  },
  {
    method: "GET",
    path: "/emailer_messages/search",
    fields: [],
    parameters: ["q_keywords", "per_page", "page"],
  },
  {
    method: "POST",
    path: "/emailer_messages",
    fields: [
      "contact_id",
      "subject",
      "body_html",
      "recipients",
      "in_response_to_emailer_message_id",
      "enable_tracking",
    ],
    parameters: [],
  },
  { method: "PUT", path: "/sequences/{id}", fields: [], parameters: [] },
  {
    method: "POST",
    path: "/emailer_campaigns/{id}/add_contact_ids",
    fields: [],
    parameters: ["emailer_campaign_id", "contact_ids[]", "send_email_from_email_account_id"],
  },
]);

/** A request to be made. */
export interface ApolloRequest {
  readonly method: string;
  /** As in the list, with the id in its place. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

const id = "[A-Za-z0-9_-]{1,64}";
const verbs = new Set([
  "search",
  "send_now",
  "approve",
  "abort",
  "archive",
  "bulk_create",
  "get_content",
  "add_contact_ids",
]);

/**
 * The URL of a request, if it is allowed. The path is compared as it stands and again as the URL has it, so that `..`, `//`, `%2e`,
 * `\`, `?`, `#`, `;` or another host in an id change nothing.
 *
 * @param baseUrl ends with the version: `https://api.apollo.io/api/v1`
 * @throws DeliveryError `forbidden_path`
 */
export function allowedUrl(baseUrl: string, request: ApolloRequest): URL {
  const base = new URL(baseUrl);
  const isLoopback = ["127.0.0.1", "[::1]", "localhost"].includes(base.hostname);
  if (
    base.username !== "" ||
    base.password !== "" ||
    (base.protocol !== "https:" && !(isLoopback && base.protocol === "http:"))
  )
    throw new DeliveryError("outreach.apollo.baseUrl must be an https address without a user.", {
      code: "forbidden_path",
    });
  const prefix = base.pathname.replace(/\/+$/, "");
  const allowed = allowedRequests.find(
    (entry) => entry.method === request.method && matches(entry.path, request.path),
  );
  if (allowed === undefined) throw forbidden(request, "it is not in the list");
  const url = new URL(`${base.origin}${prefix}${request.path}`);
  if (
    url.origin !== base.origin ||
    url.pathname !== `${prefix}${request.path}` ||
    url.search !== "" ||
    url.hash !== ""
  )
    throw forbidden(request, "its path is not what it seems");
  const field = Object.keys(request.body ?? {}).find((name) => !allowed.fields.includes(name));
  if (field !== undefined)
    throw forbidden(request, `its field ${JSON.stringify(field.slice(0, 40))} is not in the list`);
  for (const [name, value] of Object.entries(request.parameters ?? {})) {
    if (!allowed.parameters.includes(name))
      throw forbidden(request, `its parameter ${JSON.stringify(name.slice(0, 40))} is not in the list`);
    url.searchParams.set(name, value);
  }
  return url;
}

function matches(pattern: string, path: string): boolean {
  const found = new RegExp(`^${pattern.replaceAll("{id}", `(${id})`)}$`).exec(path);
  // An "id" that is a word of the API's would make another endpoint of the path.
  return found !== null && !verbs.has(found[1] ?? "");
}

function forbidden(request: ApolloRequest, why: string): DeliveryError {
  const what = `${request.method} ${request.path}`.replace(/\p{Cc}+/gu, " ").slice(0, 120);
  return new DeliveryError(
    `${what} is not asked of Apollo: ${why}. This program creates drafts and enrols into manual sequences; a person sends.`,
    { code: "forbidden_path" },
  );
}
