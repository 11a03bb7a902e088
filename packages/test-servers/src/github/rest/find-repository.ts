import { refusal } from "../auth/access.ts";
import type { Level } from "../auth/actor.ts";
import { type Ask, errorBody, Refused } from "../http/answer.ts";
import { hasObjects } from "../state/fork-phase.ts";
import type { Repository } from "../state/repository.ts";

/** Ends the handler: the repository has another name now. GitHub points to its number. */
class Moved extends Refused {
  override readonly answer: Refused["answer"];

  constructor({ apiUrl, method, url }: Ask, repo: Repository) {
    const status = method === "GET" || method === "HEAD" ? 301 : 307;
    super(status, "Moved Permanently");
    const rest = url.pathname.replace(/^(\/api\/v3)?\/repos\/[^/]+\/[^/]+/, "");
    const location = `${apiUrl}/repositories/${repo.id}${rest}${url.search}`;
    this.answer = {
      status,
      body: errorBody(status, "Moved Permanently", { url: location }),
      headers: { location },
    };
  }
}

/**
 * The repository of `{owner}/{repo}`, if the actor may do this with it. Ends the handler with 301 or 307 (renamed), 403, 404 or 451
 * otherwise.
 */
export function findRepository(ask: Ask, permission = "metadata", level: Level = "read"): Repository {
  const { world, params } = ask;
  const name = `${params["owner"] ?? ""}/${params["repo"] ?? ""}`;
  const repo = world.repo(name);
  if (repo === null || world.phase(repo) === "hidden") throw new Refused(404, "Not Found");
  const refused = refusal(world, ask.actor, repo, permission, level);
  if (refused) throw new Refused(refused.status, refused.message);
  if (!world.isCurrentName(name, repo)) throw new Moved(ask, repo);
  if (repo.blocked) {
    const block = { reason: "dmca", created_at: repo.updatedAt, html_url: "https://example.com/notice" };
    throw new Refused(451, "Repository access blocked", { block });
  }
  if (repo.archived && level !== "read" && permission !== "administration")
    throw new Refused(403, "Repository was archived so is read-only.");
  if (level !== "read" && permission === "contents" && world.phase(repo) !== "ready")
    throw new Refused(403, "Repository is being forked and cannot be written yet.");
  return repo;
}

/** Ends the handler with 409 where git has nothing yet. */
export async function requireCommits(ask: Ask, repo: Repository): Promise<void> {
  const there = hasObjects(ask.world.phase(repo)) && (await repo.content.resolve("HEAD")) !== null;
  if (!there) throw new Refused(409, "Git Repository is empty.");
}
