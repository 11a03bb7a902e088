import { ProverError } from "../errors.ts";
import { lastWords } from "../run/clean-text.ts";
import { runTool, type ToolOutcome } from "../run/run-tool.ts";

const options = [
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.quotePath=false",
  "-c",
  "core.autocrlf=false",
  "-c",
  "protocol.ext.allow=never",
  "-c",
  "safe.directory=*",
  "-c",
  "user.name=Prover",
  "-c",
  "user.email=prover@example.com",
  "-c",
  "commit.gpgSign=false",
];

// What a network needs, and no other: nothing of the prover's environment reaches git or its children.
const passed =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|SSH_AUTH_SOCK|SSL_CERT_FILE|SSL_CERT_DIR|GIT_EXEC_PATH|GIT_SSL_.+|GIT_SSH|GIT_SSH_COMMAND|(https?|no|all)_proxy)$/i;

export interface GitOptions {
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** Runs git without anybody's configuration, hooks, prompts or replaced objects, and gives its exit code. */
export async function runGit(
  args: readonly string[],
  { cwd, ...rest }: GitOptions = {},
): Promise<ToolOutcome> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => passed.test(entry[0]) && entry[1] !== undefined,
  );
  return await runTool("git", [...options, ...args], {
    ...rest,
    ...(cwd === undefined ? {} : { cwd }),
    env: {
      ...Object.fromEntries(kept),
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_NO_LAZY_FETCH: "1",
    },
  });
}

/** The same; throws `repository` with git's last words unless it ends with 0. */
export async function git(args: readonly string[], gitOptions: GitOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(args, gitOptions);
  if (exitCode !== 0) {
    throw new ProverError("repository", `git ${args[0]} ended with ${exitCode}: ${lastWords(stderr)}`);
  }
  return stdout;
}
