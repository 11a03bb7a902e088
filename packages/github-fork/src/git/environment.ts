import { fileURLToPath } from "node:url";

const configuration = fileURLToPath(new URL("../../config/isolated.gitconfig", import.meta.url));

// Names a network needs, and no other: a token in the orchestrator's environment does not reach git or its children.
const passed =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|SYSTEMROOT|SSH_AUTH_SOCK|SSL_CERT_FILE|SSL_CERT_DIR|GIT_EXEC_PATH|GIT_SSL_.+|GIT_SSH|GIT_SSH_COMMAND|GIT_SSH_VARIANT|(https?|no|all)_proxy)$/i;

/** Options that stand before git's command; they outrank what a repository's own configuration says. */
export const guardOptions: readonly string[] = [
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "protocol.ext.allow=never",
];

/**
 * The environment in which git runs: its own configuration file only, no prompt, no lazy fetches, no replaced objects,
 * the protocols file, git, http, https and ssh, and messages in English, which are read.
 */
export function gitEnvironment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(([name]) => passed.test(name));
  return {
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30",
    ...Object.fromEntries(kept),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: configuration,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
  };
}
