import type { ProjectLanguage } from "@universe-optimize/project-list";
import { DiscoveryError } from "../errors.ts";

/** What is looked for. */
export interface DiscoveryCriteria {
  readonly languages: readonly ProjectLanguage[];
  readonly minStars: number;
  /** null: no upper limit. */
  readonly maxStars: number | null;
  /** Days since the last push, at most. */
  readonly pushedWithinDays: number;
  readonly requireCi: boolean;
  readonly requireTests: boolean;
  readonly requireCompany: boolean;
  readonly requirePerformance: boolean;
  /** Of the company; who is known to have more or fewer is left out, who is not known stays. */
  readonly employees: { readonly min: number; readonly max: number };
}

/** The specification's criteria: more than 1,000 stars, active, tested, with a company of 20 to 500 people behind it. */
export const DEFAULT_CRITERIA: DiscoveryCriteria = {
  languages: ["python", "javascript", "typescript", "java"],
  minStars: 1000,
  maxStars: null,
  pushedWithinDays: 90,
  requireCi: true,
  requireTests: true,
  requireCompany: true,
  requirePerformance: true,
  employees: { min: 20, max: 500 },
};

/** The same criteria have the same key. */
export function criteriaKey(criteria: DiscoveryCriteria): string {
  const { languages, ...rest } = criteria;
  return JSON.stringify({ ...DEFAULT_CRITERIA, ...rest, languages: [...new Set(languages)].toSorted() });
}

/** @throws DiscoveryError `invalid` */
export function checkCriteria({
  languages,
  minStars,
  maxStars,
  pushedWithinDays,
  employees,
}: DiscoveryCriteria): void {
  const wrong = (message: string): never => {
    throw new DiscoveryError("invalid", message);
  };
  if (languages.length === 0) wrong("No language is given: name python, javascript, typescript or java.");
  if (!Number.isInteger(minStars) || minStars < 0)
    wrong(`minStars is ${minStars}: give a whole number from 0.`);
  if (maxStars !== null && (!Number.isInteger(maxStars) || maxStars < minStars))
    wrong(`maxStars is ${maxStars}: give a whole number of at least minStars (${minStars}).`);
  if (!(pushedWithinDays > 0 && pushedWithinDays <= 3650))
    wrong(`pushedWithinDays is ${pushedWithinDays}: give days, more than 0 and at most 3,650.`);
  if (!(employees.min >= 0 && employees.max >= employees.min))
    wrong(`employees is ${employees.min}-${employees.max}: give the smaller number first.`);
}
