import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";

import { runBackend } from "../../git-http/run-backend.ts";
import { mayChangeWorkflows, refusal, workflowRefusal } from "../auth/access.ts";
import { actingLogin, type Actor } from "../auth/actor.ts";
import { authenticate } from "../auth/authenticate.ts";
import { hasObjects } from "../state/fork-phase.ts";
import { fullName, type Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { afterPush } from "./after-push.ts";
import { makeEmpty } from "./make-repository.ts";
import { basename, dirname, join } from "node:path";
import { existsSync } from "node:fs";

const hooks = fileURLToPath(new URL("../../../github-hooks", import.meta.url));
const gitPath =
  /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack|\/HEAD|\/objects\/.*)$/;

/** Owner, name and the rest of a path that git asks for; null: something else. */
export function gitRequest(path: string): { owner: string; name: string; rest: string } | null {
  const found = gitPath.exec(path);
  if (!found) return null;
  const [, owner = "", name = "", rest = ""] = found;
  return { owner: decodeURIComponent(owner), name: decodeURIComponent(name), rest };
}

interface GitAsk {
  readonly world: World;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Awaited when a push has done its work, before the client hears of it. */
  readonly afterWork?: () => Promise<void>;
}

/** Answers git over HTTP as GitHub does: status, and words where git shows them to a person. Returns who asked. */
export async function serveGit(ask: GitAsk): Promise<Actor> {
  const { world, url, request, response } = ask;
  const wanted = gitRequest(url.pathname);
  const signedIn = authenticate(world, request.headers.authorization);
  const say = (status: number, text: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers }).end(`${text}\n`);
  };
  const signIn = { "www-authenticate": 'Basic realm="GitHub"' };
  if ("complaint" in signedIn) {
    say(
      401,
      "Invalid username or token. Password authentication is not supported for Git operations.",
      signIn,
    );
    return { kind: "anonymous", id: null };
  }
  const { actor } = signedIn;
  const push =
    url.pathname.endsWith("/git-receive-pack") || url.searchParams.get("service") === "git-receive-pack";
  const known = actor.kind !== "anonymous";
  const repo = wanted ? world.repo(`${wanted.owner}/${wanted.name}`) : null;
  const refused = repo && refusal(world, actor, repo, "contents", push ? "write" : "read");
  if (!wanted || repo === null || world.phase(repo) === "hidden" || refused?.status === 404) {
    // Whether it is missing or private is told to nobody who has not signed in.
    if (known) say(404, "Repository not found.");
    else say(401, "Repository not found.", signIn);
    return actor;
  }
  if (refused) {
    if (known) say(403, `Permission to ${fullName(repo)}.git denied to ${actingLogin(actor)}.`);
    else say(401, "Authentication required.", signIn);
    return actor;
  }
  if (!world.isCurrentName(`${wanted.owner}/${wanted.name}`, repo)) {
    const to = `${world.serverUrl}/${fullName(repo)}.git${wanted.rest}${url.search}`;
    say(301, "Moved.", { location: to });
    return actor;
  }
  const complaint = stateComplaint(world, repo, push);
  if (complaint) say(complaint.status, complaint.text);
  else await backend(ask, repo, actor, wanted.rest, push);
  return actor;
}

function stateComplaint(
  world: World,
  repo: Repository,
  push: boolean,
): { status: number; text: string } | null {
  const phase = world.phase(repo);
  if (phase === "unexported")
    return {
      status: 403,
      text: `fatal: remote error: access denied or repository not exported: /${fullName(repo)}.git`,
    };
  if (repo.disabled)
    return { status: 403, text: "Access to this repository has been disabled by GitHub staff." };
  if (repo.blocked) return { status: 403, text: "Repository unavailable due to DMCA takedown." };
  if (!push) return null;
  if (repo.archived) return { status: 403, text: "This repository was archived so it is read-only." };
  if (phase !== "ready")
    return { status: 403, text: "The repository is being forked and cannot be written yet." };
  return null;
}

async function backend(
  ask: GitAsk,
  repo: Repository,
  actor: Actor,
  rest: string,
  push: boolean,
): Promise<void> {
  const { world, url, request, response } = ask;
  const folder = hasObjects(world.phase(repo)) ? repo.content.folder : await emptyFolder(world);
  if (folder === null) {
    response
      .writeHead(404, { "content-type": "text/plain" })
      .end("This synthetic repository has no git data.\n");
    return;
  }
  const to = new URL(`http://127.0.0.1/${basename(folder)}${rest}${url.search}`);
  const receiving = push && request.method === "POST";
  const before = receiving ? await repo.content.refs() : new Map<string, string>();
  const done = async (): Promise<void> => {
    await afterPush(world, repo, before);
    await ask.afterWork?.();
  };
  await runBackend({ root: dirname(folder), url: to, push }, request, response, {
    config: { "core.hooksPath": hooks, "receive.advertiseAtomic": "true" },
    env: mayChangeWorkflows(actor) ? {} : { GITHUB_WORKFLOW_REFUSAL: workflowRefusal(actor, "%s") },
    ...(receiving ? { beforeEnd: done } : {}),
  });
}

/** One repository without a commit, for all forks whose objects are not there yet. */
async function emptyFolder(world: World): Promise<string> {
  const folder = join(world.folder, "git", "empty.git");
  if (!existsSync(folder)) await makeEmpty(folder, "main");
  return folder;
}
