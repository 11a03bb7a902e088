import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Environment variables whose values are secrets of ours: none of them may come back from a machine. */
const SECRET_NAMES: readonly string[] = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_SECRET_ACCESS_KEY",
  "AZURE_CLIENT_SECRET",
  "CODEFLASH_API_KEY",
  "GITHUB_TOKEN",
  "OPENAI_API_KEY",
  "CODEX_API_KEY",
  "GEMINI_API_KEY",
  "GOOGLE_API_KEY",
  "APOLLO_API_KEY",
  "IMAP_PASSWORD",
  "SUMBLE_API_KEY",
  "DATABASE_URL",
];

/** Names of everything that is set and secret: `SECRET_NAMES`, the campaign's own, and those with `_2`, `_3` … after them, as a pool of keys has them. */
export function secretNames(secrets: Secrets, own: readonly string[]): string[] {
  const known = new Set([...SECRET_NAMES, ...own]);
  return secrets.names().filter((name) => known.has(name) || known.has(name.replace(/_\d+$/, "")));
}

/** Secrets by name: the environment first, then the campaign's `.env`. Values never leave this object but to a machine. */
export interface Secrets {
  /** The value, or null when it is not set or empty. */
  get(name: string): string | null;
  /** Names of everything that is set. */
  names(): readonly string[];
  /** Those of `names` that are set. */
  pick(names: readonly string[]): Record<string, string>;
}

export function secretsOf(...sources: readonly Readonly<Record<string, string | undefined>>[]): Secrets {
  const get = (name: string): string | null => {
    for (const source of sources) {
      const value = source[name];
      if (value !== undefined && value !== "") return value;
    }
    return null;
  };
  return {
    get,
    names: () =>
      [...new Set(sources.flatMap((source) => Object.keys(source)))].filter((name) => get(name) !== null),
    pick(names) {
      const picked: Record<string, string> = {};
      for (const name of names) {
        const value = get(name);
        if (value !== null) picked[name] = value;
      }
      return picked;
    },
  };
}

/** Environment and `.env` of a campaign's folder. */
export async function readSecrets(
  root: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Secrets> {
  let text: string;
  try {
    text = await readFile(join(root, ".env"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return secretsOf(environment);
    throw error;
  }
  const { parse } = await import("dotenv");
  return secretsOf(environment, parse(text));
}
