import type { ProjectLanguage } from "@universe-optimize/project-list";
import type { RejectionCode } from "../judge/judge.ts";
import type { DiscoveryCriteria } from "../search/criteria.ts";

/** A project that fits, for a person to decide on. */
export interface DiscoveredProject {
  /** From 1, best first: what `--pick` takes. */
  readonly number: number;
  readonly repo: string;
  readonly language: ProjectLanguage;
  readonly stars: number;
  /** ISO 8601. */
  readonly pushedAt: string;
  readonly description: string;
  readonly license: string | null;
  readonly company: string | null;
  readonly website: string | null;
  /** Domain of the company's own website; null: it has none. */
  readonly companyDomain: string | null;
  /** null: unknown. */
  readonly employees: number | null;
  readonly domain: string | null;
  /** 0 to 100. */
  readonly score: number;
  /** A sentence for each part of the score. */
  readonly reasons: readonly string[];
}

/** Outcome of a discovery. */
export interface DiscoveryList {
  readonly version: 1;
  readonly criteria: DiscoveryCriteria;
  /** When the run began, ISO 8601. */
  readonly asOf: string;
  /** false: `maxRequests` ended it; the next call goes on. */
  readonly complete: boolean;
  /** Requests to GitHub that this call made. */
  readonly requests: number;
  /** Repositories that the search gave. */
  readonly seen: number;
  /** How many were left out, by reason. */
  readonly rejected: Readonly<Partial<Record<RejectionCode, number>>>;
  /** What may be missing. */
  readonly warnings: readonly string[];
  readonly projects: readonly DiscoveredProject[];
}
