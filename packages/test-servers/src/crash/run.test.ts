import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { runToEnd, runUntilKilled } from "./run.ts";

const node = (script: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  "--eval",
  script,
  ...args,
];
const counting = `let i = 0; const next = () => { console.log("line " + i++); setTimeout(next, 20) }; next()`;

describe("runToEnd", () => {
  test("gives exit code, both outputs and the lines", async () => {
    const script = `process.stdout.write("one\\r\\ntwo\\nhalf"); console.error("oops"); process.exitCode = 3`;
    const run = await runToEnd({ command: node(script) });
    expect(run).toEqual({
      killed: false,
      exitCode: 3,
      stdout: "one\r\ntwo\nhalf",
      stderr: "oops\n",
      lines: ["one", "two", "half"],
    });
  });

  test("gives the child its input, environment and folder", async () => {
    const script = `process.stdin.pipe(process.stdout); process.stdin.on("end", () => console.log(process.env.COLOUR, process.cwd()))`;
    const env = { PATH: process.env["PATH"], COLOUR: "blue" };
    const run = await runToEnd({ command: node(script), stdin: "given ", env, cwd: "/" });
    expect(run.stdout).toBe("given blue /\n");
  });

  test("rejects when the program does not exist", async () => {
    await expect(runToEnd({ command: ["/nowhere/at-all"] })).rejects.toThrow("ENOENT");
  });

  test("ends a child that takes too long, and says so", async () => {
    await expect(runToEnd({ command: node(counting), timeoutMs: 500 })).rejects.toThrow("within 500 ms");
  });
});

describe("runUntilKilled", () => {
  test("kills at a line", async () => {
    const run = await runUntilKilled({
      command: node(counting),
      when: (line) => line === "line 2",
    });
    expect(run).toMatchObject({ killed: true, exitCode: null });
    expect(run.lines.slice(0, 3)).toEqual(["line 0", "line 1", "line 2"]);
  });

  test("kills at a line's number", async () => {
    const run = await runUntilKilled({ command: node(counting), when: (_, index) => index === 1 });
    expect(run.killed).toBe(true);
    expect(run.lines[1]).toBe("line 1");
  });

  test("kills after a time", async () => {
    const run = await runUntilKilled({ command: node(counting), when: { afterMs: 300 } });
    expect(run).toMatchObject({ killed: true, exitCode: null });
  });

  test("kills without asking: no handler and no exit hook of the child runs", async () => {
    const script = `process.on("SIGTERM", () => {}); process.on("exit", () => console.log("bye")); ${counting}`;
    const run = await runUntilKilled({ command: node(script), when: (line) => line === "line 1" });
    expect(run.stdout).not.toContain("bye");
  });

  test("says so when the child ends before", async () => {
    const run = await runUntilKilled({ command: node("console.log(1)"), when: () => false });
    expect(run).toMatchObject({ killed: false, exitCode: 0, lines: ["1"] });
  });

  test("leaves a grandchild alive, even one that holds the output open", async () => {
    const folder = await mkdtemp(join(tmpdir(), "crash-"));
    const file = join(folder, "grandchild");
    const grandchild = `setTimeout(() => require("fs").writeFileSync(${JSON.stringify(file)}, "lived"), 700)`;
    const script = `require("child_process").spawn(process.execPath, ["--eval", process.argv[1]], { stdio: "inherit" }); ${counting}`;
    try {
      const run = await runUntilKilled({
        command: node(script, grandchild),
        when: (line) => line === "line 1",
      });
      expect(run.killed).toBe(true);
      const lived = expect.poll(() => readFile(file, "utf8").catch(() => ""), { timeout: 20_000 });
      await lived.toBe("lived");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("hands on what `when` throws, after the child is gone", async () => {
    const when = (): boolean => {
      throw new Error("wrong test");
    };
    await expect(runUntilKilled({ command: node(counting), when })).rejects.toThrow("wrong test");
  });
});
