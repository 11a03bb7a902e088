import { count, daysSincePush, type Findings } from "./judge.ts";
import type { PerformanceDomain } from "./performance-domain.ts";
import type { DiscoveryCriteria } from "../search/criteria.ts";

/** A part of the score: its points, and the sentence that explains them. */
export interface ScorePart {
  readonly points: number;
  readonly most: number;
  readonly reason: string;
}

/**
 * How well an accepted candidate fits, from 0 to 100 in seven parts: stars (20), recent work (15), CI (10), tests (15), company (15),
 * its size (10), performance (15). What is not known gets no points and says so. The weights are a choice, not a measurement.
 */
export function score(
  findings: Findings,
  domain: PerformanceDomain | null,
  criteria: DiscoveryCriteria,
  asOf: Date,
): { readonly score: number; readonly parts: readonly ScorePart[] } {
  const parts = [
    stars(findings.candidate.stars),
    recency(daysSincePush(findings.candidate, asOf), criteria.pushedWithinDays),
    ci(findings),
    tests(findings),
    company(findings),
    size(findings, criteria),
    performance(domain),
  ];
  return { score: Math.round(parts.reduce((sum, { points }) => sum + points, 0)), parts };
}

function part(points: number, most: number, reason: string): ScorePart {
  return { points: Math.round(Math.max(0, Math.min(most, points)) * 10) / 10, most, reason };
}

function stars(number: number): ScorePart {
  return part(5 * Math.log10(Math.max(1, number) / 10), 20, `${count(number)} stars.`);
}

function recency(days: number, within: number): ScorePart {
  const when = days === 0 ? "less than a day" : days === 1 ? "1 day" : `${count(days)} days`;
  return part(15 * (1 - days / within), 15, `Last push ${when} before the search.`);
}

function ci({ tree }: Findings): ScorePart {
  if (tree == null) return part(0, 10, "CI was not looked at.");
  return tree.ci.length === 0 ? part(0, 10, "No CI was found.") : part(10, 10, `CI: ${tree.ci.join(", ")}.`);
}

function tests({ tree }: Findings): ScorePart {
  if (tree == null) return part(0, 15, "Tests were not looked at.");
  if (tree.tests === null) return part(0, 15, "No test was found.");
  const { framework, files, example } = tree.tests;
  const more = tree.truncated ? "at least " : "";
  return part(
    5 + (10 * Math.log10(files)) / 2,
    15,
    `Tests: ${framework}, ${more}${count(files)} file${files === 1 ? "" : "s"}, for example ${example}.`,
  );
}

function company({ candidate, owner }: Findings): ScorePart {
  if (owner == null) return part(0, 15, `Owner ${candidate.owner}; no company is known.`);
  const verified = owner.verified ? ", verified by GitHub" : "";
  return part(
    (owner.domain === null ? 6 : 12) + (owner.verified ? 3 : 0),
    15,
    `Company: ${owner.name}, ${owner.website ?? "no website"}${verified}.`,
  );
}

function size({ employees }: Findings, { employees: wanted }: DiscoveryCriteria): ScorePart {
  if (employees == null || employees.employees === null)
    return part(0, 10, "The company's number of employees is unknown.");
  return part(
    10,
    10,
    `${count(employees.employees)} employees (${employees.source}, ${employees.date}), within ${wanted.min} to ${wanted.max}.`,
  );
}

function performance(domain: PerformanceDomain | null): ScorePart {
  if (domain === null) return part(0, 15, "No word says that speed matters.");
  const words = domain.words.slice(0, 6).map(({ word, where }) => `${word} (${where})`);
  return part(5 * domain.words.length, 15, `Speed matters in ${domain.domain}: ${words.join(", ")}.`);
}
