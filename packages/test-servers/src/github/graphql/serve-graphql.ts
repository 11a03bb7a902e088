import { actingLogin } from "../auth/actor.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import type { Route } from "../http/router.ts";
import { searchPulls } from "../search/search-pulls.ts";
import { searchRepositories } from "../search/search-repositories.ts";
import { connection } from "./connection.ts";
import { queryCost } from "./cost.ts";
import { type Args, execute, FieldError, InvalidQuery, type Node } from "./execute.ts";
import { ownerNode, pullNode, repositoryNode, repositoryOf } from "./nodes.ts";
import { type Document, parseGraphql } from "./parse.ts";

export const graphqlRoutes: readonly Route[] = [{ method: "POST", template: "/graphql", handler: graphql }];

const errorsOnly = (message: string, type?: string): Answer => ({
  status: 200,
  body: {
    ...(type === undefined ? {} : { data: null }),
    errors: [{ ...(type === undefined ? {} : { type }), message }],
  },
});

/** Answers a query over repositories, pull requests and accounts. Errors, the limit's too, come with HTTP 200. */
async function graphql(ask: Ask): Promise<Answer> {
  const { world, actor, limiter } = ask;
  if (actor.kind === "anonymous") throw new Refused(401, "This endpoint requires you to be authenticated.");
  const { query, variables = {} } = ask.body as { query?: unknown; variables?: Args | null };
  let document: Document;
  try {
    document = parseGraphql(typeof query === "string" ? query : "");
  } catch (error) {
    return errorsOnly((error as Error).message);
  }
  if (document.operation === "mutation") return errorsOnly("This emulator has no mutations");
  const cost = queryCost(document, variables ?? {});
  if (!limiter.spend("graphql", cost, world.nowMs()))
    return errorsOnly(`API rate limit already exceeded for user ID ${actor.id}.`, "RATE_LIMITED");
  try {
    const { data, errors } = await execute(rootNode(ask, cost), document, variables ?? {});
    return { status: 200, body: { data, ...(errors.length > 0 ? { errors } : {}) } };
  } catch (error) {
    if (error instanceof InvalidQuery) return errorsOnly(error.message);
    throw error;
  }
}

function rootNode(ask: Ask, cost: number): Node {
  const { world, actor, limiter } = ask;
  return {
    type: "Query",
    fields: {
      viewer: () => ownerNode(ask, actingLogin(actor)),
      rateLimit: () => {
        const { limit, remaining, used, reset } = limiter.budget("graphql", world.nowMs());
        const resetAt = new Date(reset * 1000).toISOString();
        return { type: "RateLimit", fields: { cost, limit, remaining, used, resetAt, nodeCount: cost } };
      },
      repository: ({ owner, name }) => repositoryOf(ask, owner, name),
      organization: ({ login }) => accountOf(ask, login, "Organization"),
      user: ({ login }) => accountOf(ask, login, "User"),
      search: (args) => search(ask, args),
    },
  };
}

function accountOf(ask: Ask, login: unknown, type: "Organization" | "User"): Node {
  const account = ask.world.account(String(login));
  if (account?.type !== type)
    throw new FieldError("NOT_FOUND", `Could not resolve to a ${type} with the login of '${String(login)}'.`);
  return ownerNode(ask, account.login);
}

/** As many results of a search can be had. */
const cap = 1_000;

function search(ask: Ask, args: Args): Node {
  const { type, query } = args;
  const text = typeof query === "string" ? query : "";
  try {
    if (type === "REPOSITORY") {
      const found = searchRepositories(ask.world, ask.actor, text, { sort: null, order: null });
      const nodes = found.slice(0, cap).map((repo) => repositoryNode(ask, repo));
      return connection("SearchResultItemConnection", nodes, args, counts({ repositoryCount: found.length }));
    }
    if (type === "ISSUE" || type === "ISSUE_ADVANCED") {
      const found = searchPulls(ask.world, ask.actor, text);
      const nodes = found.slice(0, cap).map((pull) => pullNode(ask, pull));
      return connection("SearchResultItemConnection", nodes, args, counts({ issueCount: found.length }));
    }
  } catch (error) {
    if (error instanceof Refused) throw new FieldError("INVALID_SEARCH", error.message);
    throw error;
  }
  throw new InvalidQuery(`Argument 'type' on Field 'search' has an invalid value (${String(type)}).`);
}

const counts = (some: Record<string, number>): Record<string, number> => ({
  repositoryCount: 0,
  issueCount: 0,
  userCount: 0,
  discussionCount: 0,
  wikiCount: 0,
  codeCount: 0,
  ...some,
});
