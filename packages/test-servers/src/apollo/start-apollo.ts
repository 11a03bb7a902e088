import {
  type ApiAnswer,
  type ApiFault,
  type ApiRequest,
  objectOf,
  type SeenRequest,
  startJsonApi,
} from "../json-api/index.ts";
import type {
  ApolloContact,
  ApolloMessage,
  ApolloOrganization,
  ApolloPerson,
  ApolloSequence,
  ApolloTask,
  ApolloViolation,
} from "./apollo-data.ts";
import { apolloState, type ApolloState } from "./apollo-state.ts";
import { createContact, notFound, searchContacts, updateContact, viewContact } from "./contact-routes.ts";
import { createDraft, createTask, searchMessages, searchTasks, sendNow, viewTask } from "./message-routes.ts";
import { enrichOrganization, matchPerson, searchPeople } from "./people-routes.ts";
import { type ApolloLimits, rateWindows } from "./rate-windows.ts";
import {
  activateSequence,
  addContacts,
  createSequence,
  searchSequences,
  sendsByItself,
  updateSequence,
} from "./sequence-routes.ts";

export interface ApolloOptions {
  /** Keys that are let in. `paths`: the endpoints that a key is good for (403 elsewhere); without it a master key. */
  readonly keys: readonly { readonly key: string; readonly paths?: readonly string[] }[];
  readonly organizations?: readonly ApolloOrganization[];
  readonly people?: readonly ApolloPerson[];
  /** Default: 1,000. */
  readonly credits?: number;
  /** Default: a free plan's 50 a minute, 200 an hour, 600 a day, for each endpoint. */
  readonly limits?: ApolloLimits;
  /** Milliseconds; default: the clock. */
  readonly now?: () => number;
}

export interface TestApollo extends AsyncDisposable {
  /** With `/api/v1`, as the client's setting has it. */
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  readonly contacts: readonly ApolloContact[];
  readonly drafts: readonly ApolloMessage[];
  readonly tasks: readonly ApolloTask[];
  readonly sequences: readonly ApolloSequence[];
  /** What would have sent a mail, or given the key away. A test of ours expects none. */
  readonly violations: readonly ApolloViolation[];
  readonly userId: string;
  readonly emailAccountId: string;
  readonly creditsUsed: number;
  failNext(fault: ApiFault): void;
  stop(): Promise<void>;
}

/**
 * Apollo's REST API, as its OpenAPI description (https://docs.apollo.io/reference, `apollo-rest-api` 1.0, copy of August 2026)
 * and its page on rate limits have it: people and organisations, contacts, drafts, tasks and sequences. Endpoints
 * that send, or begin to send, work as the real ones do and leave an entry in `violations`.
 */
export async function startApollo(options: ApolloOptions): Promise<TestApollo> {
  const state = apolloState(options.organizations ?? [], options.people ?? [], options.credits ?? 1000);
  const windows = rateWindows(
    options.limits ?? { minute: 50, hour: 200, day: 600 },
    options.now ?? (() => Date.now()),
  );
  const api = await startJsonApi((request) => {
    const path = request.path.replace(/^\/(?:api\/)?v1(?=\/)/u, "");
    for (const name of ["api_key", "x-api-key", "access_token"])
      if (request.query.has(name) || Object.hasOwn(objectOf(request.body), name))
        state.violations.push({ kind: "key_in_url", method: request.method, path });
    const key = options.keys.find(({ key: known }) => known === request.headers["x-api-key"]);
    if (key === undefined)
      return {
        status: 401,
        body: "Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate.",
      };
    const endpoint = path.replaceAll(/\/[0-9a-f]{24}(?=\/|$)/gu, "/{id}");
    if (key.paths !== undefined && !key.paths.includes(endpoint))
      return {
        status: 403,
        body: {
          error: `This API key is not authorized to access api/v1${endpoint}. Request an API key from your administrator that includes this endpoint in its configured scope.`,
          error_code: "API_INACCESSIBLE",
        },
      };
    const { headers, exceeded } = windows(`${request.method} ${endpoint}`);
    if (exceeded !== null)
      return {
        status: 429,
        headers: { ...headers, "retry-after": String(exceeded.retryAfterS) },
        body: {
          message: `The maximum number of api calls allowed for api/v1${endpoint} is ${exceeded.limit} times per ${exceeded.window}. Please upgrade your plan from https://app.apollo.io/#/settings/plans/upgrade.`,
        },
      };
    const id = /\/([0-9a-f]{24})(?=\/|$)/u.exec(path)?.[1] ?? "";
    noteViolation(state, request, endpoint, id);
    return { headers, ...route(state, request, `${request.method} ${endpoint}`, id) };
  });
  return {
    baseUrl: `${api.origin}/api/v1`,
    requests: api.requests,
    contacts: state.contacts,
    drafts: state.messages,
    tasks: state.tasks,
    sequences: state.sequences,
    violations: state.violations,
    userId: state.userId,
    emailAccountId: state.emailAccountId,
    get creditsUsed() {
      return state.creditsUsed;
    },
    failNext: api.failNext,
    stop: api.stop,
    [Symbol.asyncDispose]: api.stop,
  };
}

function route(state: ApolloState, request: ApiRequest, endpoint: string, id: string): ApiAnswer {
  const routes: Readonly<Record<string, () => ApiAnswer>> = {
    "POST /mixed_people/api_search": () => searchPeople(state, request),
    "POST /people/match": () => matchPerson(state, request),
    "GET /organizations/enrich": () => enrichOrganization(state, request),
    "POST /contacts": () => createContact(state, request),
    "POST /contacts/search": () => searchContacts(state, request),
    "GET /contacts/{id}": () => viewContact(state, id),
    "PATCH /contacts/{id}": () => updateContact(state, id, request),
    "POST /emailer_messages": () => createDraft(state, request),
    "GET /emailer_messages/search": () => searchMessages(state, request),
    "POST /emailer_messages/{id}/send_now": () => sendNow(state, id),
    "POST /tasks": () => createTask(state, request),
    "POST /tasks/search": () => searchTasks(state, request),
    "GET /tasks/{id}": () => viewTask(state, id),
    "POST /emailer_campaigns/search": () => searchSequences(state, request),
    "POST /emailer_campaigns/{id}/add_contact_ids": () => addContacts(state, id, request),
    "POST /emailer_campaigns/{id}/approve": () => activateSequence(state, id),
    "POST /sequences": () => createSequence(state, request),
    "PUT /sequences/{id}": () => updateSequence(state, id, request),
    "GET /email_accounts": () => ({
      status: 200,
      body: {
        email_accounts: [
          { id: state.emailAccountId, user_id: state.userId, email: "sender@example.com", active: true },
        ],
      },
    }),
    "GET /users/api_profile": () => ({
      status: 200,
      body: { id: state.userId, email: "sender@example.com" },
    }),
  };
  return routes[endpoint]?.() ?? notFound();
}

/** Notes what sends a mail or makes a sequence send, before it is done. */
function noteViolation(state: ApolloState, request: ApiRequest, endpoint: string, id: string): void {
  const note = (kind: ApolloViolation["kind"]): void =>
    void state.violations.push({ kind, method: request.method, path: endpoint });
  if (endpoint.endsWith("/send_now")) note("send");
  if (endpoint === "/emailer_campaigns/{id}/approve") note("activate");
  if (endpoint.startsWith("/sequences") && objectOf(request.body)["active"] === true) note("activate");
  const sequence = state.sequences.find((one) => one.id === id);
  if (endpoint.endsWith("/add_contact_ids") && sequence !== undefined && sendsByItself(sequence))
    note("send");
}
