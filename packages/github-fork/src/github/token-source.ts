import { createHash } from "node:crypto";

import { ForkError } from "../errors.ts";

/** Where a token comes from. Whoever holds several sources of one account shares its limits by the same `id`. */
export interface TokenSource {
  /** Names the token's account in the gate and in the memory; no secret. */
  readonly id: string;
  /** The token that is valid now. */
  token(signal?: AbortSignal): Promise<string>;
}

/** A token that does not change: a personal access token. Throws `unauthorized` on use when it is null or empty. */
export function fixedToken(token: string | null): TokenSource {
  const value = token?.trim() ?? "";
  return {
    id: `token:${createHash("sha256").update(value).digest("hex").slice(0, 16)}`,
    token: () =>
      value === "" || /[^\x21-\x7e]/.test(value)
        ? Promise.reject(noToken(value === "" ? "There is no GitHub token." : "GITHUB_TOKEN is no token."))
        : Promise.resolve(value),
  };
}

function noToken(why: string): ForkError {
  return new ForkError(
    "unauthorized",
    `${why} Set GITHUB_TOKEN in the environment or in the campaign's .env to a token of an account that may create repositories in the organization (classic: scopes public_repo and workflow; fine-grained: Administration, Contents and Workflows, write).`,
  );
}
