import { spawn } from "node:child_process";

export interface GitRun {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface GitRequest {
  readonly folder?: string;
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs git with no configuration but its own, and gives what it printed whatever its status. */
export function tryGit(args: readonly string[], { folder, input, env }: GitRequest = {}): Promise<GitRun> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", folder === undefined ? [...args] : ["-C", folder, ...args], {
      env: {
        PATH: process.env["PATH"],
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_TERMINAL_PROMPT: "0",
        GIT_AUTHOR_NAME: "GitHub",
        GIT_AUTHOR_EMAIL: "noreply@example.com",
        GIT_COMMITTER_NAME: "GitHub",
        GIT_COMMITTER_EMAIL: "noreply@example.com",
        LC_ALL: "C",
        TZ: "UTC",
        ...env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.once("error", reject);
    child.once("close", (code) => resolve({ status: code ?? 128, stdout: Buffer.concat(output), stderr }));
  });
}

/** Runs git and gives its output without the last line's end. Throws with git's words when it fails. */
export async function git(args: readonly string[], request: GitRequest = {}): Promise<string> {
  const { status, stdout, stderr } = await tryGit(args, request);
  if (status !== 0) throw new Error(`git ${args[0] ?? ""} ended with ${status}: ${stderr.trim()}`);
  return stdout.toString("utf8").replace(/\n$/, "");
}
