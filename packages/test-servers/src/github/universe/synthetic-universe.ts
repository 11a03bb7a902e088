import { pick, randomFrom } from "./random.ts";

export interface SyntheticOwner {
  readonly login: string;
  readonly type: "Organization" | "User";
  readonly name: string;
  /** Website; null: none. */
  readonly blog: string | null;
  readonly description: string | null;
  readonly verified: boolean;
  /** The truth, which GitHub does not know: what a source of companies would say. Null: nobody knows. */
  readonly employees: number | null;
}

/** A made-up repository with everything that a search for projects might want to know of it. */
export interface SyntheticRepository {
  /** `owner/name`. */
  readonly repo: string;
  readonly owner: SyntheticOwner;
  readonly language: string;
  readonly stars: number;
  /** ISO 8601, whole seconds. */
  readonly createdAt: string;
  readonly pushedAt: string;
  readonly archived: boolean;
  readonly fork: boolean;
  readonly license: string | null;
  /** KiB. */
  readonly size: number;
  readonly description: string;
  readonly topics: readonly string[];
  /** Whether topics and description speak of a field where speed matters. */
  readonly performance: boolean;
  /** Whether there is a workflow of GitHub Actions. */
  readonly ci: boolean;
  /** What runs its tests; null: there are none. */
  readonly tests: "pytest" | "jest" | "vitest" | "node:test" | "JUnit" | "go test" | null;
  /** What CONTRIBUTING.md says of contributions that AI made. */
  readonly policy: "none" | "welcomes" | "refuses-ai";
}

export interface UniverseOptions {
  /** The same seed gives the same repositories. */
  readonly seed: number;
  readonly count: number;
  /** The day that "recent" is counted from, ISO 8601. Default: 2026-06-01. */
  readonly now?: string;
  /** This many of them are Python repositories with 1,234 stars each, so that stars alone cannot divide them. Default: 0. */
  readonly crowd?: number;
}

const dayMs = 86_400_000;
const adjectives = [
  "amber",
  "brisk",
  "clear",
  "deep",
  "early",
  "fair",
  "grand",
  "humble",
  "keen",
  "lucid",
] as const;
const nouns = [
  "anvil",
  "beacon",
  "cedar",
  "delta",
  "ember",
  "falcon",
  "grove",
  "harbor",
  "island",
  "juniper",
] as const;
const fast: readonly (readonly [topics: readonly string[], description: string])[] = [
  [["database", "sql"], "A database for many small writes"],
  [["web-framework", "http-server"], "A web framework"],
  [["dataframe", "data-processing"], "Dataframes for large tables"],
  [["machine-learning", "inference"], "Serves models"],
  [["parser", "json"], "Reads JSON"],
];
const slow: typeof fast = [
  [["awesome-list"], "Links worth having"],
  [["dotfiles"], "My settings"],
  [["theme", "design"], "Colours and fonts"],
  [["tutorial"], "Lessons for beginners"],
];
const runners: Readonly<Record<string, readonly SyntheticRepository["tests"][]>> = {
  Python: ["pytest"],
  JavaScript: ["jest", "node:test", "vitest"],
  TypeScript: ["vitest", "jest"],
  Java: ["JUnit"],
  Go: ["go test"],
  Rust: [null],
};

/** Made-up repositories, the same for the same options: what to load an emulator with, and what to compare a search with. */
export function syntheticUniverse(options: UniverseOptions): SyntheticRepository[] {
  const random = randomFrom(options.seed);
  const nowMs = Date.parse(options.now ?? "2026-06-01T00:00:00Z");
  const chance = (share: number): boolean => random() < share;
  const owners = Array.from({ length: Math.max(1, Math.ceil(options.count / 3)) }, (_, index) =>
    owner(random, index),
  );
  return Array.from({ length: options.count }, (_, index) => {
    const crowded = index < (options.crowd ?? 0);
    const language = crowded
      ? "Python"
      : pick(random, ["Python", "Python", "TypeScript", "JavaScript", "Java", "Go", "Rust"]);
    // Most have few stars, a few have very many.
    const stars = Math.floor(60 * Math.exp(random() * 7.4));
    const [topics, description] = chance(0.6) ? pick(random, fast) : pick(random, slow);
    const performance = fast.some(([known]) => known === topics);
    const createdMs = nowMs - Math.floor((400 + random() * 3_000) * dayMs);
    // The newest push is hours ago; half of all are within 90 days.
    const pushedMs = nowMs - 3_600_000 - Math.floor(random() ** 2 * 360 * dayMs);
    const by = owners[Math.floor(random() * owners.length)] ?? owner(random, index);
    return {
      repo: `${by.login}/${pick(random, adjectives)}-${pick(random, nouns)}-${index}`,
      owner: by,
      language,
      stars: crowded ? 1_234 : stars,
      createdAt: seconds(createdMs),
      pushedAt: seconds(pushedMs),
      archived: chance(0.05),
      fork: index > 0 && chance(0.05),
      license: pick(random, ["MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0", null]),
      size: 10 + Math.floor(random() * 50_000),
      description,
      topics,
      performance,
      ci: chance(0.8),
      tests: chance(0.75) ? pick(random, runners[language] ?? [null]) : null,
      policy: chance(0.05) ? "refuses-ai" : pick(random, ["none", "welcomes"]),
    };
  });
}

function owner(random: () => number, index: number): SyntheticOwner {
  const organization = random() < 0.75;
  const login = `${pick(random, nouns)}-${organization ? "labs" : "person"}-${index}`;
  const website = random() < 0.7;
  return {
    login,
    type: organization ? "Organization" : "User",
    name: organization ? `${login} Inc.` : login,
    blog: website ? `https://${login}.example.com` : null,
    description: organization && random() < 0.5 ? "We make software." : null,
    verified: organization && website && random() < 0.3,
    employees: organization && random() < 0.8 ? Math.floor(3 * Math.exp(random() * 6)) : null,
  };
}

const seconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
