import type { ProjectLanguage } from "@universe-optimize/project-list";
import type { OwnerFacts } from "../inspect/owner-facts.ts";
import type { TreeFacts } from "../inspect/tree-facts.ts";
import type { Candidate } from "../search/candidate.ts";
import type { DiscoveryCriteria } from "../search/criteria.ts";
import { performanceDomain, type PerformanceDomain } from "./performance-domain.ts";

/** Employees of a company as a source gave them. */
export interface EmployeeCount {
  /** null: the source does not know. */
  readonly employees: number | null;
  /** "sumble", "apollo" … */
  readonly source: string;
  /** Day, `YYYY-MM-DD`. */
  readonly date: string;
}

/** All that is known of a candidate. `undefined`: not asked yet. */
export interface Findings {
  readonly candidate: Candidate;
  readonly language: ProjectLanguage;
  readonly tree?: TreeFacts | null;
  readonly owner?: OwnerFacts | null;
  readonly employees?: EmployeeCount | null;
}

/** Why a repository is left out. */
export type RejectionCode =
  | "unfit"
  | "stars"
  | "not_recent"
  | "no_performance_domain"
  | "no_company"
  | "unreadable"
  | "no_ci"
  | "no_tests"
  | "company_size";

/**
 * - `rejected`: left out, and no further question is worth a request
 * - `ask`: what must be known next
 * - `accepted`
 */
export type Verdict =
  | { readonly kind: "rejected"; readonly code: RejectionCode; readonly reason: string }
  | { readonly kind: "ask"; readonly what: "tree" | "owner" | "employees" }
  | { readonly kind: "accepted"; readonly domain: PerformanceDomain | null };

/**
 * Decides on a candidate from what is known, or names the next question. Questions that cost nothing come first, so that
 * most of those that are left out cost no request at all. Pure.
 */
export function judge(findings: Findings, criteria: DiscoveryCriteria, asOf: Date): Verdict {
  const { candidate, tree, owner, employees } = findings;
  const rejected = (code: RejectionCode, reason: string): Verdict => ({ kind: "rejected", code, reason });
  if (candidate.unfit !== null) return rejected("unfit", `It is ${withArticle(candidate.unfit)}.`);
  const { minStars, maxStars } = criteria;
  if (candidate.stars < minStars || (maxStars !== null && candidate.stars > maxStars))
    return rejected("stars", `It has ${count(candidate.stars)} stars.`);
  const days = daysSincePush(candidate, asOf);
  if (days > criteria.pushedWithinDays)
    return rejected(
      "not_recent",
      `The last push was ${count(days)} days ago, more than ${criteria.pushedWithinDays}.`,
    );
  const domain = performanceDomain(candidate.topics, candidate.description);
  if (domain === null && criteria.requirePerformance)
    return rejected(
      "no_performance_domain",
      "No topic and no word of its description says that speed matters.",
    );
  if (candidate.ownerType !== "Organization" && criteria.requireCompany)
    return rejected("no_company", `${candidate.owner} is a person's account, no organisation.`);
  if (criteria.requireCi || criteria.requireTests) {
    if (tree === undefined) return { kind: "ask", what: "tree" };
    if (tree === null) return rejected("unreadable", "Its list of files cannot be read.");
    if (criteria.requireCi && tree.ci.length === 0)
      return rejected("no_ci", "No file of a CI system was found.");
    if (criteria.requireTests && tree.tests === null)
      return rejected("no_tests", `No ${findings.language} test was found by its name.`);
  }
  if (criteria.requireCompany) {
    if (owner === undefined) return { kind: "ask", what: "owner" };
    if (owner === null || (owner.website === null && owner.description === ""))
      return rejected(
        "no_company",
        `The organisation ${candidate.owner} has neither a website nor a description.`,
      );
    if (owner.domain !== null && employees === undefined) return { kind: "ask", what: "employees" };
  }
  const { min, max } = criteria.employees;
  const known = employees?.employees ?? null;
  if (known !== null && (known < min || known > max))
    return rejected(
      "company_size",
      `The company has ${count(known)} employees (${employees?.source}, ${employees?.date}), not ${min} to ${max}.`,
    );
  return { kind: "accepted", domain };
}

/** Whole days between the last push and the day of the search. */
export function daysSincePush(candidate: Candidate, asOf: Date): number {
  return Math.max(0, Math.floor((asOf.getTime() - Date.parse(candidate.pushedAt)) / 86_400_000));
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

function withArticle(word: string): string {
  return { archived: "archived", disabled: "disabled", private: "private" }[word] ?? `a ${word}`;
}
