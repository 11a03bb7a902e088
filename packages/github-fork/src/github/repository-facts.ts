import { cleanText } from "../clean-text.ts";
import { ForkError } from "../errors.ts";

/** What GitHub says of a repository. Texts are clean single lines. */
export interface RepositoryFacts {
  /** GitHub's number; it stays when the repository is renamed. */
  readonly id: number;
  /** `owner/name`, as it is called now. */
  readonly repo: string;
  readonly webUrl: string;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly disabled: boolean;
  readonly private: boolean;
  readonly allowForking: boolean;
  readonly isFork: boolean;
  /** The repository that it was forked from; null: none, or not told. */
  readonly parent: { readonly id: number; readonly repo: string } | null;
  /** The repository at the root of its network of forks. */
  readonly source: { readonly id: number; readonly repo: string } | null;
  readonly sizeKiB: number;
  readonly language: string | null;
  /** SPDX id; null: none that GitHub recognizes. */
  readonly license: string | null;
  readonly description: string | null;
  readonly stars: number;
  /** ISO 8601; null: never. */
  readonly pushedAt: string | null;
}

/** Reads the answer of `GET /repos/{owner}/{repo}`. Throws `server_failed` when it is none. */
export function readRepositoryFacts(data: unknown): RepositoryFacts {
  const raw = record(data);
  const id = raw["id"];
  const repo = raw["full_name"];
  const defaultBranch = raw["default_branch"];
  if (typeof id !== "number" || typeof repo !== "string" || typeof defaultBranch !== "string") {
    throw new ForkError(
      "server_failed",
      "The server's answer is no repository: id, full_name or default_branch is missing. Check GITHUB_API_URL.",
    );
  }
  const license = text(record(raw["license"])["spdx_id"], 60);
  return {
    id,
    repo,
    webUrl: text(raw["html_url"], 500) ?? "",
    cloneUrl: text(raw["clone_url"], 500) ?? "",
    defaultBranch,
    archived: raw["archived"] === true,
    disabled: raw["disabled"] === true,
    private: raw["private"] === true,
    allowForking: raw["allow_forking"] !== false,
    isFork: raw["fork"] === true,
    parent: relative(raw["parent"]),
    source: relative(raw["source"]),
    sizeKiB: number(raw["size"]),
    language: text(raw["language"], 60),
    license: license === "NOASSERTION" ? null : license,
    description: text(raw["description"], 500),
    stars: number(raw["stargazers_count"]),
    pushedAt: text(raw["pushed_at"], 40),
  };
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

const number = (value: unknown): number => (typeof value === "number" && value >= 0 ? value : 0);

function text(value: unknown, maxLength: number): string | null {
  return typeof value === "string" && value !== "" ? cleanText(value, maxLength) : null;
}

function relative(value: unknown): { id: number; repo: string } | null {
  const { id, full_name } = record(value);
  return typeof id === "number" && typeof full_name === "string" ? { id, repo: full_name } : null;
}
