import { refusal } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import { invalid } from "../http/answer.ts";
import type { Pull } from "../state/pull.ts";
import { fullName, type Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { parseQuery, type Term, timeRange, within } from "./parse-query.ts";

type Test = (pull: Pull, repo: Repository) => boolean;

/** Pull requests that a query finds and the actor may see, newest first. There are no issues here. */
export function searchPulls(world: World, actor: Actor, query: string): Pull[] {
  const terms = parseQuery(query);
  if (terms.length === 0) throw invalid("Search", "q", "missing");
  const owners: Test[] = [];
  const tests: Test[] = [];
  for (const term of terms) {
    const test = testOf(term);
    const wanted: Test = term.negated ? (pull, repo) => !test(pull, repo) : test;
    // Owners and repositories are alternatives.
    const place = term.qualifier === "org" || term.qualifier === "repo" || term.qualifier === "user";
    (place && !term.negated ? owners : tests).push(wanted);
  }
  return world.pulls
    .filter((pull) => {
      const repo = world.repos.get(pull.repoId);
      if (!repo || refusal(world, actor, repo, "pull_requests", "read") !== null) return false;
      if (owners.length > 0 && !owners.some((test) => test(pull, repo))) return false;
      return tests.every((test) => test(pull, repo));
    })
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id);
}

function testOf({ qualifier, value }: Term): Test {
  const lower = value.toLowerCase();
  switch (qualifier) {
    case null:
      return (pull) => `${pull.title} ${pull.body ?? ""}`.toLowerCase().includes(lower);
    case "org":
    case "user":
      return (_, repo) => repo.owner.toLowerCase() === lower;
    case "repo":
      return (_, repo) => fullName(repo).toLowerCase() === lower;
    case "author":
      return (pull) => pull.author.toLowerCase() === lower;
    case "head":
      return (pull) => pull.headBranch === value;
    case "base":
      return (pull) => pull.baseBranch === value;
    case "draft":
      return (pull) => pull.draft === (value === "true");
    case "is":
    case "type":
    case "state":
      return isTest(value);
    case "created":
    case "updated":
    case "closed":
    case "merged": {
      const range = timeRange(value);
      if (range === null)
        throw invalid("Search", "q", "invalid", `"${value}" is no range of the ${qualifier} qualifier`);
      return (pull) => {
        const at = {
          created: pull.createdAt,
          updated: pull.updatedAt,
          closed: pull.closedAt,
          merged: pull.mergedAt,
        }[qualifier];
        return at !== null && within(Date.parse(at), range);
      };
    }
    case "sort":
    case "archived":
      return () => true;
    default:
      throw invalid("Search", "q", "invalid", `"${qualifier}" is no qualifier that this emulator knows`);
  }
}

function isTest(value: string): Test {
  if (value === "pr" || value === "pull-request" || value === "public") return () => true;
  if (value === "issue") return () => false;
  if (value === "merged") return (pull) => pull.mergedAt !== null;
  if (value === "unmerged") return (pull) => pull.mergedAt === null;
  if (value === "open" || value === "closed") return (pull) => pull.state === value;
  throw invalid(
    "Search",
    "q",
    "invalid",
    `"${value}" is no value of the is qualifier that this emulator knows`,
  );
}
