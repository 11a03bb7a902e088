import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { realPath } from "./interpreters.ts";
import { findProgram } from "./isolation.ts";
import { openSandbox, quote, type Sandbox, type Task } from "./sandbox.ts";

let workDir: string;
let path: string;
beforeAll(async () => {
  workDir = await realpath(await mkdtemp(join(tmpdir(), "sandbox-")));
  await chmod(workDir, 0o711);
  path = await realPath(process.env["PATH"] ?? "");
  mkdirSync(join(workDir, "t/one/r"), { recursive: true });
  mkdirSync(join(workDir, "t/two/r"), { recursive: true });
  mkdirSync(join(workDir, "bench"));
  writeFileSync(join(workDir, "bench/it.py"), "print('it')\n");
});
afterAll(async () => await rm(workDir, { recursive: true, force: true, maxRetries: 3 }));

function task(command: string, more: Partial<Task> = {}): Task {
  const tree = join(workDir, "t/one");
  return { command, tree, cwd: join(tree, "r"), writable: false, network: false, timeoutMs: 20_000, ...more };
}

/** What holds on every computer, isolated or not. */
describe.each([true, false])("isolate: %s", (isolate) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox({ workDir, path, memoryMiB: 1024, isolate });
  });
  afterAll(async () => await sandbox[Symbol.asyncDispose]());

  test("gives exit status, output, and the time by our own clock", async () => {
    const outcome = await sandbox.run(task("echo out; echo err >&2; exit 3"));
    expect(outcome).toMatchObject({
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
      timedOut: false,
      left: 0,
    });
    const slept = await sandbox.run(task("sleep 0.3"));
    expect(slept.seconds).toBeGreaterThan(0.29);
  });

  test("a clean environment, HOME and TMPDIR that are new and empty, and the script under a name of its own", async () => {
    const bench = { folder: join(workDir, "bench"), file: "it.py" };
    const run = async (): Promise<string[]> =>
      (
        await sandbox.run(
          task(
            'env | cut -d= -f1 | sort | tr "\\n" " "; echo; ls -A "$HOME" "$TMPDIR" | wc -l; echo "$HOME"; echo {file}; echo x > "$HOME/x"',
            { bench },
          ),
        )
      ).stdout.split("\n");
    const [first, second] = [await run(), await run()];
    expect(first[0]).not.toMatch(/VITEST|NODE_OPTIONS|TOKEN|KEY/);
    expect(first[1]).toBe(second[1]);
    expect(first[2]).not.toBe(second[2]);
    expect(first[3]).toMatch(/\/b\/it\.py$/);
    expect(first[3]).not.toBe(second[3]);
    expect(existsSync(first[2] ?? "")).toBe(false);
  });

  test("what outlives the command is counted and ended, also when it left the process group", async () => {
    const mark = `lives-${process.pid}-${String(isolate)}`;
    const file = join(workDir, mark);
    const outcome = await sandbox.run(
      task(`setsid sh -c 'sleep 2; echo still >${quote(file)}' >/dev/null 2>&1 & sleep 0.1; exit 0`),
    );
    expect(outcome.left).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(existsSync(file)).toBe(false);
  });

  test("processor time of children counts", async () => {
    const spin = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    const outcome = await sandbox.run(task(`sh -c '${spin}' & sh -c '${spin}' & wait`));
    const alone = await sandbox.run(task(`sh -c '${spin}'`));
    expect(outcome.exitCode).toBe(0);
    expect(outcome.cpuSeconds ?? 1).toBeGreaterThan((alone.cpuSeconds ?? 0) * 1.2);
  });

  test("time, output and memory have limits", async () => {
    const late = await sandbox.run(task("sleep 60", { timeoutMs: 300 }));
    expect(late).toMatchObject({ timedOut: true });
    expect(late.seconds).toBeLessThan(30);
    const loud = await sandbox.run(task("yes | head -c 3000000; echo; echo end", { outputBytes: 1000 }));
    expect(loud.outputCut).toBe(true);
    expect(loud.stdout.length).toBe(1000);
    expect(loud.stdout).toMatch(/end\n$/);
    const greedy = await sandbox.run(task(`python3 -c "x = b'x' * (3 << 30); print(len(x))"`));
    expect(greedy.exitCode).not.toBe(0);
  });

  test("peak memory is that of the process and its children", async () => {
    const hold = (mib: number): string =>
      `python3 -c "import time; x = b'x' * (${mib} << 20); time.sleep(0.2)"`;
    const outcome = await sandbox.run(task(hold(80), { watchMemory: true }));
    expect(outcome.peakMiB).toBeGreaterThan(80);
    expect(outcome.peakMiB).toBeLessThan(150);
    const child = await sandbox.run(task(`${hold(80)} & wait`, { watchMemory: true }));
    expect(child.peakMiB).toBeGreaterThan(80);
  });

  test("an abort ends it with the signal's reason", async () => {
    const reason = new Error("enough");
    await expect(
      sandbox.run(task("sleep 60"), AbortSignal.any([AbortSignal.timeout(50), abortedLater(reason)])),
    ).rejects.toThrow();
    await expect(sandbox.run(task("true"), AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("while building, the tree may be written", async () => {
    await sandbox.own(join(workDir, "t"));
    const outcome = await sandbox.run(task("echo made > made", { writable: true }));
    expect(outcome.exitCode).toBe(0);
    expect(readFileSync(join(workDir, "t/one/r/made"), "utf8")).toBe("made\n");
  });

  test("says what it did", () => {
    expect(sandbox.isolation.length).toBeGreaterThan(2);
    expect(sandbox.isolation.every((sentence) => sentence.endsWith("."))).toBe(true);
    if (!isolate) expect(sandbox.isolation.join(" ")).toContain("Isolation was switched off");
  });

  test("where it says that namespaces hold, they do", async () => {
    const claimed = sandbox.isolation.some((sentence) => sentence.includes("namespaces of its own"));
    const outcome = await sandbox.run(
      task(
        `ls ${quote(join(workDir, "t"))}; (echo x > x) 2>/dev/null && echo wrote; cat /proc/net/dev | grep -c : ; rm -f x`,
      ),
    );
    const lines = outcome.stdout.split("\n");
    expect(lines.includes("two")).toBe(!claimed);
    expect(lines.includes("wrote")).toBe(!claimed);
    if (claimed) expect(outcome.stdout).toMatch(/\n1\n$/);
  });
});

function abortedLater(reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 5000).unref();
  return controller.signal;
}

test("a work folder may lie anywhere, also where folders are covered", async () => {
  for (const place of ["/var/tmp", "/tmp", homedir()]) {
    const elsewhere = await realpath(await mkdtemp(join(place, "sandbox-")));
    try {
      await chmod(elsewhere, 0o711);
      const tree = join(elsewhere, "t/one");
      mkdirSync(tree, { recursive: true });
      writeFileSync(join(tree, "here"), "");
      await using sandbox = await openSandbox({ workDir: elsewhere, path, memoryMiB: 1024, isolate: true });
      const outcome = await sandbox.run({ ...task("ls"), tree, cwd: tree });
      expect(outcome.stdout).toBe("here\n");
    } finally {
      await rm(elsewhere, { recursive: true, force: true, maxRetries: 3 });
    }
  }
});

test("real interpreters stand before shims on the PATH", async () => {
  const shims = join(workDir, "shims");
  mkdirSync(shims);
  const python = await findProgram("python3", path);
  writeFileSync(join(shims, "python3"), `#!/bin/sh\nexec ${python ?? "/usr/bin/python3"} "$@"\n`, {
    mode: 0o755,
  });
  const found = await realPath(`${shims}:/usr/bin:/bin`);
  expect(await findProgram("python3", found)).not.toBe(join(shims, "python3"));
  expect(found.split(":")).toContain(shims);
});

test("a word is one word to the shell, whatever is in it", async () => {
  expect(quote("plain/word.py")).toBe("plain/word.py");
  expect(quote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
});
