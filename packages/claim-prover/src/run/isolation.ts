import { randomInt } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { runSupervised } from "./run-supervised.ts";
import { runTool } from "./run-tool.ts";

/** What this computer lets us do to keep repository code away from the rest. */
export interface IsolationPlan {
  /** The words that start namespaces of its own; null: none can be had. */
  readonly spaces: readonly string[] | null;
  /** Whether the loopback interface works without a network. */
  readonly loopback: boolean;
  /** The words that give privileges away. */
  readonly drop: readonly string[];
  /** The user that repository code runs as; null: the prover's own. */
  readonly user: number | null;
  /** The words that keep a process on one processor; empty: they are missing. */
  readonly pin: readonly string[];
  readonly sentences: readonly string[];
  own(folder: string): Promise<void>;
}

const SPACES = ["--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"];
const BARE = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"];
/** A user that no Linux distribution gives to anybody. */
const STRANGER = 61_517;

/** Tries what could be had, best first, with real processes; nothing is assumed from names or versions. */
export async function detectIsolation(options: {
  readonly workDir: string;
  readonly stage: string;
  readonly path: string;
  readonly isolate: boolean;
  readonly signal?: AbortSignal | undefined;
}): Promise<IsolationPlan> {
  const sentences: string[] = [
    "Each sample has a new HOME and TMPDIR, a clean environment, and limits on time, memory and file size.",
  ];
  const find = (name: string): Promise<string | null> => findProgram(name, options.path);
  const pin = await pinning(await find("taskset"), sentences, options.signal);
  const none: IsolationPlan = {
    spaces: null,
    loopback: true,
    drop: [],
    user: null,
    pin,
    sentences,
    own: async () => undefined,
  };
  if (!options.isolate) {
    sentences.push(
      "Isolation was switched off: network, files and processes of this computer were within reach.",
    );
    return none;
  }
  const root = process.getuid?.() === 0;
  const [unshare, setpriv, ip] = await Promise.all([find("unshare"), find("setpriv"), find("ip")]);
  const spaces =
    unshare === null ? null : [unshare, ...(root ? [] : ["--user", "--map-root-user"]), ...SPACES];
  const drop = setpriv === null ? [] : [setpriv, ...BARE];
  const tries = spaces === null ? [] : [{ spaces, drop }];
  let plan = none;
  let sealed = false;
  for (const candidate of tries) {
    const trial = await works(candidate.spaces, candidate.drop, options);
    if (!trial.ok) continue;
    plan = { ...none, ...candidate, loopback: ip !== null };
    ({ sealed } = trial);
  }
  if (plan.spaces === null) {
    sentences.push(
      "This computer allows no namespaces: the network and other files were within reach of repository code, and processes were ended by group and by mark only.",
    );
  } else {
    sentences.push(
      `Repository code ran in namespaces of its own: without a network while measured, with only its own side's files of the prover's folder, ${sealed ? "a read-only root file system, " : ""}new /tmp and /dev/shm, and no process outliving the sample.`,
    );
  }
  if (root && setpriv !== null) {
    const words = [setpriv, `--reuid=${STRANGER}`, `--regid=${STRANGER}`, "--clear-groups", ...BARE];
    if ((await works(plan.spaces, words, options, await interpreters(options.path))).ok) {
      sentences.push(`Repository code ran as user ${STRANGER}, which owns nothing else.`);
      const own = async (folder: string): Promise<void> => {
        await runTool("chown", ["-R", "-h", `${STRANGER}:${STRANGER}`, folder], { timeoutMs: 300_000 });
      };
      return { ...plan, drop: words, user: STRANGER, own };
    }
    sentences.push(
      "Repository code ran as the prover's user, because another user cannot reach the interpreters or the prover's folder.",
    );
    if (plan.spaces === null && (await works(null, drop, options)).ok) plan = { ...plan, drop };
  } else {
    sentences.push("Repository code ran as the prover's user.");
  }
  sentences.push(
    plan.drop.length > 0 ? "It had no privileges (capabilities)." : "Its privileges could not be taken away.",
  );
  return plan;
}

/** Whether a run with these words works, sees its folder, and ends well; and whether its root cannot be written. */
async function works(
  spaces: readonly string[] | null,
  drop: readonly string[],
  options: {
    readonly workDir: string;
    readonly stage: string;
    readonly path: string;
    readonly signal?: AbortSignal | undefined;
  },
  commands: readonly string[] = [],
): Promise<{ readonly ok: boolean; readonly sealed: boolean }> {
  const tree = await mkdtemp(join(options.workDir, "try-"));
  const scratch = spaces === null ? tree : `/tmp/try-${randomInt(2 ** 40)}`;
  try {
    await chmod(tree, 0o755);
    const outcome = await runSupervised({
      prefix: spaces ?? [],
      settings: {
        spaces: spaces === null ? "no" : "yes",
        work: options.workDir,
        stage: options.stage,
        tree,
        cwd: tree,
        scratch,
        writable: "no",
        drop: drop.join(" "),
      },
      command: [
        ...commands,
        `ls '${tree}' >/dev/null`,
        "echo works",
        "grep -q ' / [^ ]* ro[, ]' /proc/mounts && echo sealed; true",
      ].join(" && "),
      env: { PATH: options.path },
      mark: scratch,
      timeoutMs: 20_000,
      outputBytes: 4096,
      watchMemory: false,
      signal: options.signal,
    });
    const lines = outcome.stdout.split("\n");
    return { ok: outcome.exitCode === 0 && lines.includes("works"), sealed: lines.includes("sealed") };
  } catch {
    options.signal?.throwIfAborted();
    return { ok: false, sealed: false };
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** A harmless call of every interpreter that is here: another user must be able to start them. */
async function interpreters(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const [name, question] of [
    ["node", "--version"],
    ["python3", "--version"],
    ["java", "-version"],
  ] as const) {
    // By its path: another user may find another program of that name further on.
    const program = await findProgram(name, path);
    if (program !== null) found.push(`'${program.replaceAll("'", `'\\''`)}' ${question} >/dev/null 2>&1`);
  }
  return found;
}

async function pinning(
  taskset: string | null,
  sentences: string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const core = taskset === null ? null : await calmestCore(signal);
  if (taskset === null || core === null) {
    sentences.push("Samples were not kept on one processor: taskset is missing.");
    return [];
  }
  sentences.push(`Samples were kept on processor ${core}, so that work on other threads is counted as work.`);
  return [taskset, "--cpu-list", String(core)];
}

/** The processor of those that we may use which was idle for longest in a fifth of a second. */
async function calmestCore(signal: AbortSignal | undefined): Promise<number | null> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const allowed = expandList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "");
  const idle = async (): Promise<Map<number, number>> => {
    const lines = (await readFile("/proc/stat", "utf8").catch(() => "")).matchAll(
      /^cpu(\d+) \d+ \d+ \d+ (\d+)/gm,
    );
    return new Map([...lines].map(([, cpu, ticks]) => [Number(cpu), Number(ticks)]));
  };
  const before = await idle();
  await new Promise((resolve) => {
    setTimeout(resolve, 200);
  });
  signal?.throwIfAborted();
  const after = await idle();
  const calm = (cpu: number): number => (after.get(cpu) ?? 0) - (before.get(cpu) ?? 0);
  // Among equals the last: the first ones answer interrupts.
  return allowed.toSorted((a, b) => calm(b) - calm(a) || b - a)[0] ?? null;
}

/** "0-2,5" is 0, 1, 2, 5. */
function expandList(list: string): number[] {
  return list
    .split(",")
    .filter(Boolean)
    .flatMap((part) => {
      const [first = 0, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** The file that a command's name means on `path`; null: none. */
export async function findProgram(name: string, path: string): Promise<string | null> {
  for (const folder of [...path.split(delimiter), "/usr/sbin", "/sbin"]) {
    if (folder === "") continue;
    const file = join(folder, name);
    const facts = await stat(file).catch(() => null);
    if (facts?.isFile() === true && (facts.mode & 0o111) !== 0) return file;
  }
  return null;
}
