import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type {
  AgentSettings,
  DemoProject,
  LaunchPlan,
  MachineKit,
  RunBrief,
} from "@universe-optimize/agent-kit";

const execute = promisify(execFile);

export const SESSION = "11111111-2222-4333-8444-555555555555";

export const DEMO: AgentSettings = {
  kind: "demo",
  model: "opus",
  maxTurns: 400,
  maxBudgetUsd: null,
  plugin: null,
  command: null,
};

export function briefOf(project: DemoProject, baseSha: string): RunBrief {
  return {
    runId: "run-1",
    projectId: project.id,
    repo: project.repo,
    language: project.language,
    branch: "codeflash/optimize",
    baseSha,
    timeLimitHours: 8,
    sessionId: SESSION,
  };
}

/** A temporary folder that goes away. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "universe kit "));
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** A machine as bootstrap.sh finds it: a home folder with the kit and the bundle. The folder's name has a space in it. */
export interface Machine extends AsyncDisposable {
  readonly home: string;
  install(kit: MachineKit): Promise<void>;
  bundle(repository: string): Promise<void>;
  bootstrap(options?: Run): Promise<Done>;
  launch(plan: LaunchPlan, options?: Run): Promise<Done>;
  git(...words: string[]): Promise<string>;
}

export interface Run {
  readonly env?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** Called with each piece of output and a way to end the whole group. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export interface Done {
  readonly code: number | null;
  readonly output: string;
}

export async function machine(): Promise<Machine> {
  const folder = await temporaryFolder();
  const home = path.join(folder.path, "home");
  await mkdir(home);
  return {
    home,
    async install(kit) {
      await rm(path.join(home, ".universe/kit"), { recursive: true, force: true });
      for (const file of kit.files) {
        const target = path.join(home, ".universe/kit", file.path);
        await mkdir(path.dirname(target), { recursive: true });
        if (typeof file.content !== "string" && !Buffer.isBuffer(file.content))
          throw new Error("not in these tests");
        await writeFile(target, file.content, { mode: file.mode ?? 0o644 });
      }
    },
    async bundle(repository) {
      const file = path.join(home, ".universe/upload/repository.bundle");
      await mkdir(path.dirname(file), { recursive: true });
      await execute("git", ["-C", repository, "bundle", "create", "-q", file, "--branches"], {
        env: environment(home),
      });
    },
    async bootstrap(options = {}) {
      return await shell(home, home, 'exec sh "$HOME/.universe/kit/bootstrap.sh"', options);
    },
    async launch(plan, options = {}) {
      const env = { ...plan.env, ...options.env };
      return await shell(home, path.join(home, "project"), plan.command, { ...options, env });
    },
    async git(...words) {
      return await git(path.join(home, "project"), ...words);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** git in `directory`, free of the tester's own configuration. */
export async function git(directory: string, ...words: string[]): Promise<string> {
  const done = await execute("git", ["-C", directory, ...words], { env: environment("/nonexistent") });
  return done.stdout.trim();
}

export function environment(home: string): Record<string, string> {
  return {
    PATH: `${path.dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    PYENV_ROOT: process.env["PYENV_ROOT"] ?? path.join(os.homedir(), ".pyenv"),
  };
}

async function shell(home: string, cwd: string, command: string, options: Run): Promise<Done> {
  const env = {
    ...environment(home),
    ...(options.path === undefined ? {} : { PATH: options.path }),
    ...options.env,
  };
  // A group of its own, as under the supervisor: a signal to it reaches every child.
  const child = spawn("/bin/sh", ["-c", command], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      options.onOutput?.(text, kill);
    });
  }
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
