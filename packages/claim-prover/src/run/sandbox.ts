import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, rm } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { basename, join } from "node:path";

import { ProverError } from "../errors.ts";
import { detectIsolation, type IsolationPlan } from "./isolation.ts";
import { runSupervised, type Outcome } from "./run-supervised.ts";

/** One run of repository code. */
export interface Task {
  /** A line for /bin/sh; `{file}` becomes the path of `bench.file`. */
  readonly command: string;
  /** A side's folder: all of the prover's folder that the command may see. */
  readonly tree: string;
  /** Below `tree`. */
  readonly cwd: string;
  /** Beside PATH, HOME and TMPDIR, which the sandbox sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder whose copy the command gets under a random path, and the file in it that `{file}` means. */
  readonly bench?: { readonly folder: string; readonly file: string } | null;
  /** Whether the tree may be written: yes while building and testing, no while measuring. */
  readonly writable: boolean;
  readonly network: boolean;
  /** A folder that stays between runs: caches of package managers. */
  readonly share?: string | null;
  readonly timeoutMs: number;
  /** What is kept of each output. Default 64 KiB. */
  readonly outputBytes?: number;
  /** On one processor, alone with whatever the system puts there. */
  readonly pinned?: boolean;
  readonly watchMemory?: boolean;
  /** Blanks in the environment, which move the stack of the process. */
  readonly padding?: number;
}

/** Where repository code runs, away from the rest as far as this computer lets it. */
export interface Sandbox extends AsyncDisposable {
  /** One sentence for each thing that was done, and for each that could not be. */
  readonly isolation: readonly string[];
  readonly path: string;
  /** Whether a tree that may not be written cannot be. */
  readonly protects: boolean;
  run(task: Task, signal?: AbortSignal): Promise<Outcome>;
  /** Lets repository code own a folder, where it runs as another user. */
  own(folder: string): Promise<void>;
}

/** Opens a sandbox that works in `workDir`. `path` is the PATH of the commands, with real interpreters first. */
export async function openSandbox(options: {
  readonly workDir: string;
  readonly path: string;
  readonly memoryMiB: number;
  readonly isolate: boolean;
  readonly signal?: AbortSignal | undefined;
}): Promise<Sandbox> {
  const stage = join(options.workDir, "stage");
  const scratches = join(options.workDir, "s");
  await mkdir(stage, { recursive: true });
  await mkdir(scratches, { recursive: true });
  await chmod(scratches, 0o711);
  const plan = await detectIsolation({ ...options, stage });
  const data = Math.min(options.memoryMiB, Math.floor((totalmem() / 2 ** 20) * 0.8)) * 1024;

  const run = async (task: Task, signal?: AbortSignal): Promise<Outcome> => {
    signal?.throwIfAborted();
    // The name says nothing of the side, and differs from sample to sample.
    const name = randomBytes(6).toString("hex");
    const scratch = plan.spaces === null ? join(scratches, name) : `/tmp/${name}`;
    if (plan.spaces === null) await makeScratch(scratch, task, plan);
    try {
      const file = task.bench == null ? "" : join(scratch, "b", task.bench.file);
      return await runSupervised({
        prefix: [...(task.pinned === true ? plan.pin : []), ...(spacesOf(plan, task) ?? [])],
        settings: {
          spaces: plan.spaces === null ? "no" : "yes",
          work: options.workDir,
          stage,
          tree: task.tree,
          share: task.share ?? "",
          cwd: task.cwd,
          writable: task.writable ? "yes" : "no",
          bench: task.bench?.folder ?? "",
          scratch,
          loopback: task.network ? "no" : "yes",
          data: String(data),
          // Blocks of 512 bytes: no file of more than 2 GiB.
          files: String(4 * 2 ** 20),
          processes: plan.user === null ? "" : String(256 + 32 * availableParallelism()),
          drop: plan.drop.join(" "),
        },
        command: task.command.replaceAll("{file}", () => quote(file)),
        env: {
          PATH: options.path,
          LANG: "C.UTF-8",
          LC_ALL: "C.UTF-8",
          TZ: "UTC",
          ...task.env,
          HOME: join(scratch, "h"),
          TMPDIR: join(scratch, "t"),
          ...(task.padding === undefined ? {} : { PADDING: "x".repeat(task.padding) }),
        },
        mark: scratch,
        timeoutMs: task.timeoutMs,
        outputBytes: task.outputBytes ?? 65_536,
        watchMemory: task.watchMemory ?? false,
        signal,
      });
    } finally {
      if (plan.spaces === null) await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
    }
  };

  return {
    isolation: plan.sentences,
    path: options.path,
    protects: plan.spaces !== null,
    run,
    own: async (folder) => {
      if (plan.user !== null) await plan.own(folder);
    },
    async [Symbol.asyncDispose]() {
      await rm(scratches, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function spacesOf(plan: IsolationPlan, task: Task): readonly string[] | null {
  if (plan.spaces === null) return null;
  return task.network || (task.writable && !plan.loopback)
    ? plan.spaces.filter((word) => word !== "--net")
    : plan.spaces;
}

async function makeScratch(scratch: string, task: Task, plan: IsolationPlan): Promise<void> {
  for (const folder of ["h", "t"]) await mkdir(join(scratch, folder), { recursive: true });
  if (task.bench != null) {
    await cp(task.bench.folder, join(scratch, "b"), { recursive: true, verbatimSymlinks: true });
  }
  await chmod(scratch, 0o755);
  if (plan.user !== null) await plan.own(scratch);
}

/** One word for /bin/sh, whatever is in it. */
export function quote(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A benchmark's own name says nothing to the code that it calls. */
export function neutralName(file: string): string {
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(basename(file))?.[0] ?? "";
  const name = `r${randomBytes(4).toString("hex")}${extension}`;
  if (name.includes("/")) throw new ProverError("bad_request", `No file name: ${file}`);
  return name;
}
