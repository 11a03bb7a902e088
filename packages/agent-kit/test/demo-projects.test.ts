import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { demoProjects, writeDemoUpstream } from "@universe-optimize/agent-kit";
import { describe, expect, test } from "vitest";
import { environment, git, temporaryFolder } from "./machine.ts";

describe.each([...demoProjects()])("$id", (project) => {
  const demo = path.dirname(project.directory);

  test("becomes the same repository every time, whatever git is configured to do", async () => {
    await using folder = await temporaryFolder();
    const first = await writeDemoUpstream(project, path.join(folder.path, "one"));
    const second = await writeDemoUpstream(project, path.join(folder.path, "two"));
    expect(second.head).toBe(first.head);
    expect(first.head).toMatch(/^[0-9a-f]{40}$/);
    expect(await git(first.path, "status", "--porcelain")).toBe("");
    expect((await git(first.path, "ls-files")).split("\n")).toContain(".gitignore");
    expect(await writeDemoUpstream(project, first.path)).toEqual(first);
    expect(await readdir(folder.path)).toEqual(["one", "two"]);
  });

  test("refuses a folder that holds something else", async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, "mine.txt"), "Mine.\n");
    await expect(writeDemoUpstream(project, folder.path)).rejects.toMatchObject({
      code: "demo_upstream_failed",
    });
    expect(await readdir(folder.path)).toEqual(["mine.txt"]);
  });

  test("has changes that apply alone and all together, each with a benchmark that obeys the contract", async () => {
    await using folder = await temporaryFolder();
    const upstream = await writeDemoUpstream(project, path.join(folder.path, "upstream"));
    const names = (await readdir(path.join(demo, "changes"))).filter((name) => name.endsWith(".json"));
    expect(names.length).toBeGreaterThanOrEqual(5);
    const temporary = path.join(folder.path, "tmp");
    await mkdir(temporary);
    for (const name of names) {
      const patch = path.join(demo, "changes", name.replace(".json", ".patch"));
      await git(upstream.path, "apply", "--check", patch);
      const change = JSON.parse(await readFile(path.join(demo, "changes", name), "utf8")) as {
        file: string;
        benchmark: { file: string; command: string };
      };
      expect(await readFile(patch, "utf8")).toContain(`+++ b/${change.file}`);
      const command = change.benchmark.command.replace(
        "{file}",
        `"${path.join(demo, change.benchmark.file)}"`,
      );
      const run = (scale: number, seed: number): string =>
        execFileSync("/bin/sh", ["-c", command], {
          cwd: upstream.path,
          encoding: "utf8",
          env: {
            ...environment(folder.path),
            TMPDIR: temporary,
            PYTHONDONTWRITEBYTECODE: "1",
            UNIVERSE_SCALE: String(scale),
            UNIVERSE_SEED: String(seed),
          },
        });
      const digest = run(1, 7);
      expect(digest).toMatch(/^[0-9a-f]{64}\n$/);
      expect(run(1, 7)).toBe(digest);
      expect(run(1, 8)).not.toBe(digest);
      expect(run(2, 7)).not.toBe(digest);
    }
    for (const name of names)
      await git(upstream.path, "apply", path.join(demo, "changes", name.replace(".json", ".patch")));
    await git(upstream.path, "checkout", "-q", ".");
    expect(await git(upstream.path, "status", "--porcelain")).toBe("");
    expect(await readdir(temporary)).toEqual([]);
  });
});
