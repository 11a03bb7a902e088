import type { ProjectLanguage } from "@universe-optimize/project-list";
import type { GitHubReader } from "./github-reader.ts";
import { type OwnerFacts, readOwnerFacts } from "./inspect/owner-facts.ts";
import { readTreeFacts, type TreeFacts } from "./inspect/tree-facts.ts";
import { type Answers, openAnswers } from "./journal/answers.ts";
import { type EmployeeCount, type Findings, judge, type RejectionCode } from "./judge/judge.ts";
import { score } from "./judge/score.ts";
import type { DiscoveredProject, DiscoveryList } from "./list/discovery-list.ts";
import type { Candidate } from "./search/candidate.ts";
import { checkCriteria, criteriaKey, type DiscoveryCriteria } from "./search/criteria.ts";
import { asUnavailable, isAbsence, searchAll } from "./search/search-all.ts";

/** How many people work for a company; null: the source does not know it. */
export type EmployeeSource = (
  company: { readonly name: string; readonly domain: string },
  signal?: AbortSignal,
) => Promise<EmployeeCount | null>;

export interface DiscoverOptions {
  readonly github: GitHubReader;
  readonly criteria: DiscoveryCriteria;
  /** File of JSON lines that keeps every answer, made when it is missing: `discovery/journal.jsonl` of the campaign. */
  readonly journal: string;
  /** Asked once for each company, last of all, since it costs credits. Default: nobody is asked, and sizes are unknown. */
  readonly employees?: EmployeeSource;
  /** Stop asking after so many requests to GitHub; the next call goes on. Default: no limit. */
  readonly maxRequests?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: DiscoverProgress) => void;
  readonly now?: () => Date;
  /** First pause before a search page that GitHub could not complete is asked for again. Default: 5,000. */
  readonly incompletePauseMs?: number;
}

export interface DiscoverProgress {
  /** Requests that this call made. */
  readonly requests: number;
  /** Repositories that the search has given so far, and those of them that fit. */
  readonly seen: number;
  readonly accepted: number;
  /** What was answered last. */
  readonly key: string;
}

/** An unfinished run is taken up again for so long. */
const RESUME_DAYS = 7;
/** For so long a repository's files and an organisation's page count as known. */
const TREE_DAYS = 90;
const OWNER_DAYS = 30;

/**
 * Finds the repositories that fit. Searches in windows of at most 1,000 results, then asks for the files of those that pass every
 * question that costs nothing, then for their organisations.
 *
 * Every answer is written to the journal before it is used. So a call after a crash, a kill or an abort goes on where it was; and a
 * later run asks only for what is new: files of a repository that was pushed to since, organisations after 30 days.
 *
 * @throws DiscoveryError `invalid`, `busy`, `damaged`, `unauthorized`, `unavailable`; what `github` rejects with; the signal's reason
 */
export async function discover(options: DiscoverOptions): Promise<DiscoveryList> {
  const { criteria, signal, now = () => new Date() } = options;
  checkCriteria(criteria);
  let requests = 0;
  let seen = 0;
  const accepted: DiscoveredProject[] = [];
  const rejected: Partial<Record<RejectionCode, number>> = {};
  const warnings: string[] = [];
  await using answers = await openAnswers({
    file: options.journal,
    criteriaKey: criteriaKey(criteria),
    now,
    resumeDays: RESUME_DAYS,
    onKept: (key) => options.progress?.({ requests, seen, accepted: accepted.length, key }),
  });
  const limit = new RequestLimit();
  const github: GitHubReader = {
    async read(path, given) {
      if (requests >= (options.maxRequests ?? Number.POSITIVE_INFINITY)) throw limit;
      requests += 1;
      try {
        return await options.github.read(path, given);
      } catch (error) {
        if (isAbsence(error) || signal?.aborted === true) throw error;
        throw asUnavailable(error, path);
      }
    },
  };
  const { asOf } = answers.run;
  const known = new Set<number>();
  const from = Math.floor(asOf.getTime() / 1000 - criteria.pushedWithinDays * 86_400);
  // The end lies ahead: a push while we search must not move a repository out of every window.
  const to = Math.floor(asOf.getTime() / 1000 + RESUME_DAYS * 86_400);
  const inquiry: Inquiry = { ...options, github, answers, asOf };
  let complete = true;
  try {
    for (const language of [...new Set(criteria.languages)].toSorted()) {
      const stars = { from: criteria.minStars, to: criteria.maxStars };
      const pause = options.incompletePauseMs ?? 5000;
      const warn = (message: string): void => void warnings.push(message);
      const search = { github, answers, signal, pauseMs: pause, warn };
      for await (const candidate of searchAll({ language, stars, pushed: { from, to } }, search)) {
        if (known.has(candidate.id)) continue;
        known.add(candidate.id);
        seen += 1;
        const outcome = await look(candidate, language, inquiry);
        if ("project" in outcome) accepted.push(outcome.project);
        else rejected[outcome.code] = (rejected[outcome.code] ?? 0) + 1;
      }
    }
    await answers.end();
  } catch (error) {
    if (error !== limit) throw error;
    complete = false;
  }
  return {
    version: 1,
    criteria,
    asOf: asOf.toISOString(),
    complete,
    requests,
    seen,
    rejected,
    warnings,
    projects: inOrder(accepted),
  };
}

/** Thrown where `maxRequests` is reached: no failure, so it has a class of its own. */
class RequestLimit extends Error {}

interface Inquiry extends DiscoverOptions {
  readonly answers: Answers;
  readonly asOf: Date;
}

/** Judges a candidate, and asks what must be known until it is judged. */
async function look(
  candidate: Candidate,
  language: ProjectLanguage,
  inquiry: Inquiry,
): Promise<{ readonly project: DiscoveredProject } | { readonly code: RejectionCode }> {
  const { criteria, asOf } = inquiry;
  let findings: Findings = { candidate, language };
  for (;;) {
    const verdict = judge(findings, criteria, asOf);
    if (verdict.kind === "rejected") return { code: verdict.code };
    if (verdict.kind === "accepted") {
      const { score: points, parts } = score(findings, verdict.domain, criteria, asOf);
      return {
        project: toProject(
          findings,
          verdict.domain?.domain ?? null,
          points,
          parts.map(({ reason }) => reason),
        ),
      };
    }
    if (verdict.what === "tree")
      findings = { ...findings, tree: await askTree(candidate, language, inquiry) };
    else if (verdict.what === "owner")
      findings = { ...findings, owner: await askOwner(candidate.owner, inquiry) };
    else findings = { ...findings, employees: await askEmployees(findings.owner ?? null, inquiry) };
  }
}

/** One request a repository, as long as nobody pushes to it. */
function askTree(
  { repo, defaultBranch, pushedAt }: Candidate,
  language: ProjectLanguage,
  { answers, github, signal }: Inquiry,
): Promise<TreeFacts | null> {
  return answers.ask(`tree ${repo} ${language} ${pushedAt}`, TREE_DAYS, async () => {
    const [owner = "", name = ""] = repo.split("/");
    const params = { owner, repo: name, tree_sha: defaultBranch, recursive: "1" };
    try {
      return readTreeFacts(
        await github.read("/repos/{owner}/{repo}/git/trees/{tree_sha}", { params, signal }),
        language,
      );
    } catch (error) {
      if (isAbsence(error)) return null;
      throw error;
    }
  });
}

/** One request an organisation, however many repositories it has. */
function askOwner(login: string, { answers, github, signal }: Inquiry): Promise<OwnerFacts | null> {
  return answers.ask(`owner ${login.toLowerCase()}`, OWNER_DAYS, async () => {
    try {
      return readOwnerFacts(await github.read("/orgs/{org}", { params: { org: login }, signal }));
    } catch (error) {
      if (isAbsence(error)) return null;
      throw error;
    }
  });
}

async function askEmployees(
  owner: OwnerFacts | null,
  { answers, employees, signal }: Inquiry,
): Promise<EmployeeCount | null> {
  if (employees === undefined || owner?.domain == null) return null;
  const company = { name: owner.name, domain: owner.domain };
  return await answers.ask(`employees ${owner.domain}`, OWNER_DAYS, () => employees(company, signal));
}

function toProject(
  { candidate, language, owner, employees }: Findings,
  domain: string | null,
  points: number,
  reasons: readonly string[],
): DiscoveredProject {
  return {
    number: 0,
    repo: candidate.repo,
    language,
    stars: candidate.stars,
    pushedAt: candidate.pushedAt,
    description: candidate.description,
    license: candidate.license,
    company: owner?.name ?? null,
    website: owner?.website ?? null,
    companyDomain: owner?.domain ?? null,
    employees: employees?.employees ?? null,
    domain,
    score: points,
    reasons,
  };
}

/** Best first, and always in the same order. */
function inOrder(projects: readonly DiscoveredProject[]): DiscoveredProject[] {
  return projects
    .toSorted((a, b) => b.score - a.score || b.stars - a.stars || (a.repo < b.repo ? -1 : 1))
    .map((project, index) => ({ ...project, number: index + 1 }));
}
