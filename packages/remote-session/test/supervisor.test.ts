import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const SUPERVISOR = fileURLToPath(new URL("../machine/supervisor.sh", import.meta.url));
/** All that the supervisor may need beside the shell; setsid, ps, kill and the like are not among it. */
const TOOLS = [
  "cat",
  "chmod",
  "cp",
  "date",
  "dd",
  "grep",
  "ln",
  "mkdir",
  "mkfifo",
  "mv",
  "rm",
  "sleep",
  "tail",
  "tr",
  "wc",
];

/** A job's folder and stage as an upload leaves them, with a PATH that holds nothing but the given tools. */
async function prepare(
  shell: string,
  tools: readonly string[],
  command: string,
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<{ job: string; bin: string; start: () => Promise<string>; stop: () => Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), "supervisor-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const bin = join(folder, "bin");
  const job = join(folder, "job");
  const stage = join(job, `stage.${process.pid}`);
  await mkdir(bin);
  await mkdir(stage, { recursive: true });
  for (const tool of tools) {
    const file = ["/bin", "/usr/bin"].map((dir) => join(dir, tool)).find((path) => existsSync(path));
    await symlink(file ?? `/missing/${tool}`, join(bin, tool));
  }
  await symlink(shell, join(bin, "sh"));
  await copyFile(SUPERVISOR, join(stage, "supervisor.sh"));
  await writeFile(join(stage, "id"), "test.0123456789abcdef\n");
  await writeFile(join(stage, "command.sh"), `${command}\n`);
  await writeFile(join(stage, "env.sh"), "export KIND='plain'\n");
  await writeFile(join(stage, "secrets.env"), "export TOKEN='secret'\n");
  await writeFile(join(stage, "max-log-bytes"), "1024\n");
  for (const [name, content] of Object.entries(files)) await writeFile(join(stage, name), content);
  const run = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(join(bin, "sh"), [SUPERVISOR, ...args], {
      env: { PATH: bin, ...env },
      cwd: folder,
    });
    return stdout;
  };
  return { job, bin, start: () => run("start", job, stage), stop: () => run("stop", job, "5") };
}

const shells = ["/bin/dash", "/bin/bash", "/bin/zsh", "/bin/ksh", "/bin/busybox"].filter(
  (shell) => existsSync(shell) && !shell.endsWith("busybox"),
);

test.each(shells)("a whole job under %s, with and without setsid", async (shell) => {
  for (const tools of [TOOLS, [...TOOLS, "setsid"]]) {
    const { job, start, stop } = await prepare(shell, tools, 'echo "$KIND $TOKEN"; exit 3');
    expect(await start()).toBe(`started ${job}/log\n`);
    await expect.poll(() => existsSync(join(job, "ended")), { timeout: 30_000 }).toBe(true);
    expect(await readFile(join(job, "ended"), "utf8")).toMatch(/^3 [\d.]+ \d+ 13 exited 13 *\n$/);
    expect(await readFile(join(job, "log"), "utf8")).toBe("plain secret\n");
    expect(await stop()).toBe("stopped\n");
  }
});

test.each(shells)("stop under %s, with and without setsid", async (shell) => {
  for (const tools of [TOOLS, [...TOOLS, "setsid"]]) {
    const { job, start, stop } = await prepare(
      shell,
      tools,
      "trap '' TERM; echo deaf; while :; do sleep 1; done",
    );
    await start();
    await expect.poll(() => readFile(join(job, "log"), "utf8"), { timeout: 20_000 }).toBe("deaf\n");
    expect(await stop()).toBe("stopped\n");
    expect(await readFile(join(job, "ended"), "utf8")).toMatch(/^137 /);
  }
});

test("of output above the log's cap the first and the last part are kept, over many short pieces, and the job's status is its own", async () => {
  const { job, start } = await prepare(
    shells[0] ?? "/bin/sh",
    [...TOOLS, "setsid"],
    "i=0; while [ $i -lt 500 ]; do echo 0123456789; i=$((i + 1)); done; exit 6",
  );
  await start();
  await expect.poll(() => existsSync(join(job, "ended")), { timeout: 30_000 }).toBe(true);
  expect(await readFile(join(job, "ended"), "utf8")).toMatch(/^6 [\d.]+ \d+ 1024 exited 5500 *\n$/);
  // The first part, a word on what is missing, and the last part.
  const whole = "0123456789\n".repeat(500);
  const text = await readFile(join(job, "log"), "utf8");
  const [, first = "", missing, last = ""] =
    /^([\d\n]*?)\n\[\.\.\. 0*(\d+) bytes of output left out \.\.\.\]\n([\d\n]*)$/.exec(text) ?? [];
  expect(first.length).toBeGreaterThan(700);
  expect(last.length).toBeGreaterThan(150);
  expect(first + whole.slice(first.length, first.length + Number(missing)) + last).toBe(whole);
  expect(existsSync(join(job, "log-truncated"))).toBe(true);
});

test("a log that cannot be written is the reason of a start that failed", async () => {
  const { job, start } = await prepare(shells[0] ?? "/bin/sh", TOOLS, "true");
  await writeFile(join(job, `stage.${process.pid}`, "log-file"), "/dev/null/log\n");
  await expect(start()).rejects.toMatchObject({ stdout: "failed the log /dev/null/log cannot be written\n" });
  expect(existsSync(join(job, "started"))).toBe(false);
});

test("a clock that jumps changes no duration", async () => {
  const { job, bin, start } = await prepare(
    shells[0] ?? "/bin/sh",
    [...TOOLS.filter((tool) => tool !== "date"), "setsid"],
    "sleep 1; exit 0",
  );
  // Each call is a year further back than the one before.
  await writeFile(
    join(bin, "date"),
    `#!/bin/sh\nn=1; [ -f ${bin}/n ] && read -r n <${bin}/n; echo $((n + 1)) >${bin}/n; echo $((1700000000 - n * 31536000))\n`,
    { mode: 0o755 },
  );
  await start();
  await expect.poll(() => existsSync(join(job, "ended")), { timeout: 30_000 }).toBe(true);
  const started = (await readFile(join(job, "started"), "utf8")).split(" ");
  const ended = (await readFile(join(job, "ended"), "utf8")).split(" ");
  expect(Number(ended[2])).toBeLessThan(Number(started[6]));
  const seconds = Number(ended[1]) - Number(started[5]);
  expect(seconds).toBeGreaterThan(0.9);
  expect(seconds).toBeLessThan(50);
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "supervisor-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The fifth word of `ended`. */
async function readEnd(job: string): Promise<string | undefined> {
  await expect.poll(() => existsSync(join(job, "ended")), { timeout: 30_000 }).toBe(true);
  return (await readFile(join(job, "ended"), "utf8")).split(" ")[4];
}

test.each([
  ["kill -KILL $$", 1, "out_of_memory"],
  ["exit 1", 1, "out_of_memory"],
  ["exit 0", 1, "exited"],
  ["kill -KILL $$", 0, "signalled"],
  ["exit 1", 0, "exited"],
])(
  "a memory limit is written into a cgroup; after `%s` and %i kills the end is %s",
  async (last, kills, end) => {
    // The kernel's files are plain ones here: what is written where is the supervisor's part of it.
    const root = await makeFolder();
    const cgroup = `${root}/universe-test.0123456789abcdef`;
    const { job, start } = await prepare(
      shells[0] ?? "/bin/sh",
      [...TOOLS, "setsid"],
      `printf 'low 0\\noom 3\\noom_kill ${kills}\\noom_group_kill 0\\n' >${cgroup}/memory.events; ${last}`,
      { "memory-limit": "123456789\n" },
      { UNIVERSE_CGROUP_ROOT: root },
    );
    await start();
    expect(await readEnd(job)).toBe(end);
    const [keeper] = (await readFile(join(job, "started"), "utf8")).split(" ");
    expect(await readFile(join(cgroup, "memory.max"), "utf8")).toBe("123456789\n");
    expect(await readFile(join(cgroup, "cgroup.procs"), "utf8")).toBe(`${keeper}\n`);
  },
);

test("without a cgroup, KILL counts as out of memory when the kernel killed for want of memory meanwhile", async () => {
  const vmstat = join(await makeFolder(), "vmstat");
  for (const [act, end] of [
    [`echo 'oom_kill 8' >${vmstat}`, "out_of_memory"],
    ["true", "signalled"],
  ] as const) {
    await writeFile(vmstat, "nr_free_pages 5\noom_kill 7\n");
    const { job, start } = await prepare(
      shells[0] ?? "/bin/sh",
      [...TOOLS, "setsid"],
      `${act}; kill -KILL $$`,
      {},
      { UNIVERSE_VMSTAT: vmstat },
    );
    await start();
    expect(await readEnd(job)).toBe(end);
  }
});

test("space is set aside while a job runs, and given back at its end", async () => {
  const { job, start } = await prepare(
    shells[0] ?? "/bin/sh",
    [...TOOLS, "setsid"],
    'until [ -f "$UNIVERSE_JOB_FOLDER/go" ]; do sleep 0.1; done',
    { "reserve-bytes": "1048576\n" },
  );
  await start();
  const [, supervisor] = (await readFile(join(job, "started"), "utf8")).split(" ");
  const sizes = (): Promise<number[]> =>
    Promise.all(
      ["1", "2"].map((n) =>
        stat(join(job, `stage.${supervisor}/reserve.${n}`)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
  await expect.poll(sizes, { timeout: 20_000 }).toEqual([786_432, 262_144]);
  await writeFile(join(job, "go"), "");
  await readEnd(job);
  expect(await sizes()).toEqual([0, 0]);
});
