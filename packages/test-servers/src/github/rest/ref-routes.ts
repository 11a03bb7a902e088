import { afterPush } from "../git/after-push.ts";
import { tryGit } from "../git/run-git.ts";
import { type Answer, type Ask, invalid, Refused } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import { hasObjects } from "../state/fork-phase.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { commitJson } from "./commit-json.ts";
import { findRepository, requireCommits } from "./find-repository.ts";
import { nodeId } from "./user-json.ts";

const heads = "refs/heads/";

export const refRoutes: readonly Route[] = [
  { method: "GET", template: "/repos/{owner}/{repo}/branches", handler: listBranches },
  { method: "GET", template: "/repos/{owner}/{repo}/branches/{branch}", handler: getBranch },
  { method: "GET", template: "/repos/{owner}/{repo}/git/ref/{ref}", handler: getRef },
  { method: "GET", template: "/repos/{owner}/{repo}/git/matching-refs/{ref}", handler: matchingRefs },
  { method: "POST", template: "/repos/{owner}/{repo}/git/refs", handler: createRef },
  { method: "PATCH", template: "/repos/{owner}/{repo}/git/refs/{ref}", handler: updateRef },
  { method: "DELETE", template: "/repos/{owner}/{repo}/git/refs/{ref}", handler: deleteRef },
];

async function refsOf(ask: Ask, repo: Repository): Promise<ReadonlyMap<string, string>> {
  return hasObjects(ask.world.phase(repo)) ? await repo.content.refs() : new Map<string, string>();
}

async function listBranches(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  const branches = [...(await refsOf(ask, repo))].filter(([ref]) => ref.startsWith(heads));
  const { items, headers } = paginate(ask, branches);
  return {
    status: 200,
    headers,
    body: items.map(([ref, sha]) => ({
      name: ref.slice(heads.length),
      commit: { sha, url: `${ask.apiUrl}/repos/${fullName(repo)}/commits/${sha}` },
      protected: false,
    })),
  };
}

async function getBranch(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  const name = ask.params["branch"] ?? "";
  const sha = (await refsOf(ask, repo)).get(`${heads}${name}`);
  if (sha === undefined) throw new Refused(404, "Branch not found");
  const url = `${ask.apiUrl}/repos/${fullName(repo)}/branches/${encodeURIComponent(name)}`;
  return {
    status: 200,
    body: {
      name,
      commit: commitJson(ask, repo, await repo.content.commit(sha)),
      _links: { self: url, html: `${ask.world.serverUrl}/${fullName(repo)}/tree/${name}` },
      protected: false,
      protection: {
        enabled: false,
        required_status_checks: { enforcement_level: "off", contexts: [], checks: [] },
      },
      protection_url: `${url}/protection`,
    },
  };
}

function refJson(ask: Ask, repo: Repository, ref: string, sha: string): Record<string, unknown> {
  const api = `${ask.apiUrl}/repos/${fullName(repo)}`;
  return {
    ref,
    node_id: nodeId("Ref", `${repo.id}:${ref}`),
    url: `${api}/git/${ref}`,
    object: { type: "commit", sha, url: `${api}/git/commits/${sha}` },
  };
}

async function getRef(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  await requireCommits(ask, repo);
  const ref = `refs/${ask.params["ref"] ?? ""}`;
  const sha = (await repo.content.refs()).get(ref);
  if (sha === undefined) throw new Refused(404, "Not Found");
  return { status: 200, body: refJson(ask, repo, ref, sha) };
}

async function matchingRefs(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  await requireCommits(ask, repo);
  const prefix = `refs/${ask.params["ref"] ?? ""}`;
  const found = [...(await repo.content.refs())].filter(([ref]) => ref.startsWith(prefix));
  return { status: 200, body: found.map(([ref, sha]) => refJson(ask, repo, ref, sha)) };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Moves a ref as git would, compared with what it was; gives git's words when it refuses. */
async function setRef(
  ask: Ask,
  repo: Repository,
  ref: string,
  sha: string,
  old: string,
): Promise<string | null> {
  const { folder } = repo.content;
  if (folder === null) return "a synthetic repository takes no writes";
  const before = await repo.content.refs();
  const run = await tryGit(["update-ref", ref, sha, old], { folder });
  if (run.status !== 0) return run.stderr.trim();
  await afterPush(ask.world, repo, before);
  return null;
}

async function createRef(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents", "write");
  await requireCommits(ask, repo);
  const [ref, sha] = [text(ask.body["ref"]), text(ask.body["sha"])];
  if (!/^refs\/[^/]+\/./.test(ref))
    throw new Refused(422, "Reference name must start with 'refs/' and have at least two slashes.");
  if ((await repo.content.refs()).has(ref)) throw new Refused(422, "Reference already exists");
  if (!/^[0-9a-f]{40}$/.test(sha) || (await repo.content.resolve(sha)) === null)
    throw new Refused(422, "Object does not exist");
  const complaint = await setRef(ask, repo, ref, sha, "");
  if (complaint !== null) throw new Refused(422, complaint);
  return { status: 201, body: refJson(ask, repo, ref, sha) };
}

async function updateRef(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents", "write");
  const [ref, sha] = [`refs/${ask.params["ref"] ?? ""}`, text(ask.body["sha"])];
  const old = (await repo.content.refs()).get(ref);
  if (old === undefined) throw new Refused(422, "Reference does not exist");
  if ((await repo.content.resolve(sha)) === null) throw new Refused(422, "Object does not exist");
  const forward = (await repo.content.mergeBase(old, sha)) === old;
  if (!forward && ask.body["force"] !== true) throw new Refused(422, "Update is not a fast forward");
  const complaint = await setRef(ask, repo, ref, sha, old);
  if (complaint !== null) throw invalid("Reference", "sha", "custom", complaint);
  return { status: 200, body: refJson(ask, repo, ref, sha) };
}

async function deleteRef(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents", "write");
  const ref = `refs/${ask.params["ref"] ?? ""}`;
  if (!(await repo.content.refs()).has(ref)) throw new Refused(422, "Reference does not exist");
  if (repo.content.folder !== null) await tryGit(["update-ref", "-d", ref], { folder: repo.content.folder });
  return { status: 204 };
}
