import { z } from "zod";
import { DiscoveryError } from "../errors.ts";
import { plainText } from "../plain-text.ts";

/** A repository as the search gives it. Texts are one line, without control characters. */
export interface Candidate {
  readonly id: number;
  /** `owner/name`. */
  readonly repo: string;
  readonly owner: string;
  readonly ownerType: "Organization" | "User";
  readonly description: string;
  readonly homepage: string;
  readonly topics: readonly string[];
  readonly stars: number;
  /** ISO 8601. */
  readonly pushedAt: string;
  readonly defaultBranch: string;
  readonly sizeKiB: number;
  /** SPDX id; null: none was found. */
  readonly license: string | null;
  /** Why it is no candidate whatever the criteria are. */
  readonly unfit: "archived" | "disabled" | "fork" | "template" | "private" | null;
}

export interface SearchPage {
  readonly total: number;
  /** GitHub ran out of time: results may be missing, and `total` may be wrong. */
  readonly incomplete: boolean;
  readonly candidates: readonly Candidate[];
}

const text = z.string().nullish();

const item = z.object({
  id: z.int(),
  full_name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/u),
  owner: z.object({ login: z.string(), type: z.string().optional() }),
  description: text,
  homepage: text,
  topics: z.array(z.string()).optional(),
  stargazers_count: z.int().min(0),
  pushed_at: z.string(),
  default_branch: z.string().min(1).max(255),
  size: z.number().optional(),
  license: z.object({ spdx_id: text }).nullish(),
  archived: z.boolean().optional(),
  disabled: z.boolean().optional(),
  fork: z.boolean().optional(),
  is_template: z.boolean().optional(),
  private: z.boolean().optional(),
});

const page = z.object({
  total_count: z.int().min(0),
  incomplete_results: z.boolean(),
  items: z.array(z.unknown()).max(100),
});

/**
 * Reads an answer of GET /search/repositories. An item that is none is left out: one odd repository must not end a search.
 *
 * @throws DiscoveryError `unavailable`: the answer as a whole is no page of results
 */
export function readSearchPage(answer: unknown): SearchPage {
  const read = page.safeParse(answer);
  if (!read.success)
    throw new DiscoveryError(
      "unavailable",
      "GitHub's search answered without total_count and items. Try again later.",
      {
        cause: read.error,
      },
    );
  return {
    total: read.data.total_count,
    incomplete: read.data.incomplete_results,
    candidates: read.data.items.flatMap((one) => {
      const parsed = item.safeParse(one);
      return parsed.success && !Number.isNaN(Date.parse(parsed.data.pushed_at))
        ? [toCandidate(parsed.data)]
        : [];
    }),
  };
}

function toCandidate(found: z.infer<typeof item>): Candidate {
  return {
    id: found.id,
    repo: found.full_name,
    owner: found.owner.login,
    ownerType: found.owner.type === "Organization" ? "Organization" : "User",
    description: plainText(found.description ?? "", 500),
    homepage: plainText(found.homepage ?? "", 300),
    topics: (found.topics ?? []).slice(0, 30).map((topic) => plainText(topic, 60)),
    stars: found.stargazers_count,
    pushedAt: new Date(found.pushed_at).toISOString(),
    defaultBranch: found.default_branch,
    sizeKiB: found.size ?? 0,
    license: found.license?.spdx_id == null ? null : plainText(found.license.spdx_id, 60),
    unfit: unfitness(found),
  };
}

function unfitness(found: z.infer<typeof item>): Candidate["unfit"] {
  if (found.archived === true) return "archived";
  if (found.disabled === true) return "disabled";
  if (found.fork === true) return "fork";
  if (found.is_template === true) return "template";
  return found.private === true ? "private" : null;
}
