import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { buildKit, demoProjects, writeDemoUpstream } from "@universe-optimize/agent-kit";
import { describe, expect, test } from "vitest";
import { briefOf, DEMO, environment, git, machine, temporaryFolder, type Machine } from "./machine.ts";

const COMMAND = { ...DEMO, kind: "command" as const, command: "true" };
const [javascript, python] = demoProjects();
if (javascript === undefined || python === undefined)
  throw new Error("two demonstration projects are expected");

/** A machine with the kit for `project`, and its upstream. */
async function prepared(project = javascript!, options: Partial<Parameters<typeof buildKit>[1]> = {}) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const target = stack.use(await machine());
  const upstream = await writeDemoUpstream(project, path.join(folder.path, "upstream"));
  const brief = briefOf(project, upstream.head);
  const kit = await buildKit(brief, {
    agent: DEMO,
    campaignDirectory: null,
    system: "check",
    cloneUrl: null,
    ...options,
  });
  await target.install(kit);
  await target.bundle(upstream.path);
  const kept = stack.move();
  return {
    target,
    upstream,
    brief,
    kit,
    folder: folder.path,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function expectReady(target: Machine, head: string, hash: string): Promise<void> {
  expect(await target.git("rev-parse", "HEAD")).toBe(head);
  expect(await target.git("rev-parse", "--abbrev-ref", "HEAD")).toBe("codeflash/optimize");
  expect(await target.git("status", "--porcelain")).toBe("");
  expect(await target.git("remote", "get-url", "origin")).toBe(path.join(target.home, "origin.git"));
  expect(
    await git(path.join(target.home, "origin.git"), "for-each-ref", "--format=%(refname) %(objectname)"),
  ).toBe(`refs/heads/main ${head}`);
  expect(await readFile(path.join(target.home, ".universe/bootstrap.done"), "utf8")).toBe(`${hash}\n`);
  expect(await readFile(path.join(target.home, "project/CLAUDE.md"), "utf8")).toContain(
    "# Codeflash Optimization Run",
  );
  expect(await readdir(path.join(target.home, "results"))).toEqual(["benchmarks"]);
}

describe("bootstrap.sh", () => {
  test.each([javascript, python])("makes a machine ready for $id, once", async (project) => {
    await using run = await prepared(project);
    const first = await run.target.bootstrap();
    expect(first.output).toContain("universe: [7/7] results: ready");
    expect(first.code).toBe(0);
    await expectReady(run.target, run.upstream.head, run.kit.hash);

    const second = await run.target.bootstrap();
    expect(second).toEqual({
      code: 0,
      output: `universe: this machine is ready already (kit ${run.kit.hash})\n`,
    });

    await run.target.git("commit", "--allow-empty", "-q", "-m", "Work");
    await run.target.git("push", "-q", "origin", "codeflash/optimize");
    expect(
      await git(
        path.join(run.target.home, "origin.git"),
        "log",
        "-1",
        "--format=%an <%ae> %s",
        "codeflash/optimize",
      ),
    ).toBe("Universe Optimize <universe-optimize@example.com> Work");
  });

  test("can be killed after any of its acts and run again", { timeout: 300_000 }, async () => {
    await using run = await prepared();
    const bin = path.join(run.folder, "bin");
    const count = path.join(run.folder, "count");
    await mkdir(bin);
    for (const tool of ["git", "mv", "cp", "mkdir", "rm"]) {
      const real = execFileSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
      const script = `#!/bin/sh\nn=$(($(cat "$COUNT") + 1))\necho $n >"$COUNT"\n${real} "$@"\ncode=$?\n[ "$n" = "$KILL_AT" ] && kill -9 0\nexit $code\n`;
      await writeFile(path.join(bin, tool), script, { mode: 0o755 });
    }
    const env = (killAt: number): Record<string, string> => ({ COUNT: count, KILL_AT: String(killAt) });
    const PATH = `${bin}:${environment("/")["PATH"]}`;
    for (let at = 1; ; at++) {
      await writeFile(count, "0\n");
      for (const name of [
        ".universe/work",
        ".universe/bootstrap.done",
        ".universe/instructions",
        "project",
        "origin.git",
        "results",
      ]) {
        await rm(path.join(run.target.home, name), { recursive: true, force: true });
      }
      const killed = await run.target.bootstrap({ env: env(at), path: PATH });
      if (killed.code === 0) {
        expect(at).toBeGreaterThan(20);
        break;
      }
      expect(killed.code).toBe(null);
      const again = await run.target.bootstrap();
      expect(again.code, `killed after act ${at}:\n${again.output}`).toBe(0);
      await expectReady(run.target, run.upstream.head, run.kit.hash);
    }
  });

  test("clones a URL, leaves an earlier run's branch out, and keeps what was committed when the kit changes", async () => {
    await using run = await prepared();
    await git(run.upstream.path, "branch", "codeflash/optimize");
    await git(run.upstream.path, "branch", "feature/x");
    const cloneUrl = `file://${run.upstream.path.replaceAll(" ", "%20")}`;
    const options = { agent: DEMO, campaignDirectory: null, system: "check" as const, cloneUrl };
    await run.target.install(await buildKit(run.brief, options));
    expect((await run.target.bootstrap()).output).toContain(`cloning ${cloneUrl}`);
    const origin = path.join(run.target.home, "origin.git");
    expect(await git(origin, "for-each-ref", "--format=%(refname)")).toBe(
      "refs/heads/feature/x\nrefs/heads/main",
    );
    expect(await git(origin, "symbolic-ref", "HEAD")).toBe("refs/heads/main");
    await expect(
      run.target.git("rev-parse", "--verify", "-q", "refs/remotes/origin/codeflash/optimize"),
    ).rejects.toThrow();

    await run.target.git("commit", "--allow-empty", "-q", "-m", "Work");
    const head = await run.target.git("rev-parse", "HEAD");
    await run.target.install(await buildKit({ ...run.brief, timeLimitHours: 3 }, options));
    expect((await run.target.bootstrap()).output).toContain("is there already");
    expect(await run.target.git("rev-parse", "HEAD")).toBe(head);
    expect(await readFile(path.join(run.target.home, "project/CLAUDE.md"), "utf8")).toContain(
      "You have 3 hours",
    );
  });

  test.each([
    [["CLAUDE.md"], "CLAUDE.local.md"],
    [["claude.md", "CLAUDE.local.md"], "CLAUDE.universe.md"],
  ])("leaves tracked %j alone and writes %s", async (tracked, placed) => {
    await using run = await prepared();
    for (const name of tracked) await writeFile(path.join(run.upstream.path, name), "The project's own.\n");
    await git(run.upstream.path, "add", "-A");
    await git(
      run.upstream.path,
      "-c",
      "user.name=A",
      "-c",
      "user.email=a@example.com",
      "commit",
      "-q",
      "-m",
      "Add instructions",
    );
    const head = await git(run.upstream.path, "rev-parse", "HEAD");
    await run.target.bundle(run.upstream.path);
    const brief = { ...run.brief, baseSha: head };
    await run.target.install(
      await buildKit(brief, { agent: DEMO, campaignDirectory: null, system: "check", cloneUrl: null }),
    );
    expect((await run.target.bootstrap()).code).toBe(0);
    for (const name of tracked) {
      expect(await readFile(path.join(run.target.home, "project", name), "utf8")).toBe(
        "The project's own.\n",
      );
    }
    expect(await readFile(path.join(run.target.home, "project", placed), "utf8")).toContain(
      "Codeflash Optimization Run",
    );
    expect(await readFile(path.join(run.target.home, ".universe/instructions"), "utf8")).toBe(`${placed}\n`);
    await run.target.git("add", "-A");
    expect(await run.target.git("status", "--porcelain")).toBe("");
  });

  test("says what is missing or in the way", async () => {
    await using run = await prepared(python);
    const bin = path.join(run.folder, "bin");
    await mkdir(bin);
    for (const tool of [
      "sh",
      "git",
      "dirname",
      "cat",
      "cut",
      "mkdir",
      "rm",
      "head",
      "grep",
      "mv",
      "cp",
      "id",
      "awk",
    ]) {
      await symlink(
        execFileSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(),
        path.join(bin, tool),
      );
    }
    const withoutPython = await run.target.bootstrap({ path: bin });
    expect(withoutPython.code).toBe(69);
    expect(withoutPython.output).toContain(
      "python3 is not on this machine; install it or choose another project",
    );

    await mkdir(path.join(run.target.home, "project"));
    await writeFile(path.join(run.target.home, "project/notes.txt"), "Mine.\n");
    const inTheWay = await run.target.bootstrap();
    expect(inTheWay.code).toBe(1);
    expect(inTheWay.output).toContain("is no git repository with commits; move it away");
    expect(await readFile(path.join(run.target.home, "project/notes.txt"), "utf8")).toBe("Mine.\n");

    await rm(path.join(run.target.home, "project"), { recursive: true });
    await rm(path.join(run.target.home, ".universe/upload"), { recursive: true });
    expect((await run.target.bootstrap()).output).toContain("upload the bundle and start again");
    await rm(path.join(run.target.home, ".universe/kit/hash"));
    expect((await run.target.bootstrap()).output).toContain("is not whole; upload it again");
  });

  test("retries a clone that fails, with growing pauses, then gives up with a clear word", async () => {
    await using run = await prepared(javascript, { cloneUrl: "file:///nonexistent/repository.git" });
    const done = await run.target.bootstrap({ env: { UNIVERSE_RETRY_SECONDS: "0" } });
    expect(done.code).toBe(1);
    expect(done.output.match(/that did not work; again in/g)).toHaveLength(3);
    expect(done.output).toContain("git cannot clone file:///nonexistent/repository.git");
    expect(await readdir(run.target.home)).not.toContain("project");
  });

  test("runs a campaign's own bootstrap.sh, a copy of the shipped one too", async () => {
    await using run = await prepared();
    const own = path.join(run.folder, "bootstrap.sh");
    await writeFile(
      own,
      '#!/bin/bash\nset -euo pipefail\necho "mine: $UNIVERSE_LANGUAGE"\ntouch "$HOME/mine"\n',
    );
    const options = { agent: DEMO, campaignDirectory: run.folder, system: "check" as const, cloneUrl: null };
    const kit = await buildKit(run.brief, options);
    await run.target.install(kit);
    const done = await run.target.bootstrap();
    expect(done.output).toContain("mine: javascript");
    expect(done.code).toBe(0);
    await expectReady(run.target, run.upstream.head, kit.hash);

    const shipped = kit.files.find((file) => file.path === "bootstrap.sh")?.content;
    if (typeof shipped !== "string") throw new Error("bootstrap.sh is text");
    await writeFile(own, `${shipped}\necho copied\n`);
    await run.target.install(await buildKit(run.brief, options));
    const copied = await run.target.bootstrap();
    expect(copied.output).toContain("copied");
    expect(copied.code).toBe(0);

    await writeFile(own, "exit 7\n");
    await run.target.install(await buildKit(run.brief, options));
    const failed = await run.target.bootstrap();
    expect(failed.output).toContain("ended with exit status 7");
    expect(failed.code).toBe(1);
  });
});

describe("installing", () => {
  test("installs what is missing, checks it, and does nothing the second time", async () => {
    await using run = await prepared(python, {
      agent: { ...COMMAND, kind: "claude-code" },
      system: "install",
    });
    const bin = path.join(run.folder, "bin");
    await mkdir(bin);
    const tool = async (name: string, text: string): Promise<void> => {
      await writeFile(path.join(bin, name), `#!/bin/sh\n${text}\n`);
      await chmod(path.join(bin, name), 0o755);
    };
    await tool(
      "apt-get",
      'echo "apt-get $*" >>"$HOME/calls"; case "$*" in *install*) touch "$HOME/installed";; esac',
    );
    await tool("dpkg-query", '[ -f "$HOME/installed" ] && echo installed');
    await tool("dpkg", "exit 0");
    await tool("sudo", 'shift; exec "$@"');
    const installer = path.join(run.folder, "install.sh");
    const padding = "# padding\n".repeat(200);
    await writeFile(
      installer,
      `#!/bin/sh\n${padding}bin=$HOME/.local/bin\nname=uv; version="uv 9.9"\n` +
        `if [ -n "\${1:-}" ]; then name=claude; version="$1 (Claude Code)"; fi\nprintf '#!/bin/sh\\necho "%s"\\n' "$version" >"$bin/$name"\nchmod +x "$bin/$name"\n`,
    );
    // No uv or claude of the tester's own may be found.
    const system = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const env = {
      UNIVERSE_UV_INSTALLER: `file://${installer.replaceAll(" ", "%20")}`,
      UNIVERSE_CLAUDE_INSTALLER: `file://${installer.replaceAll(" ", "%20")}`,
      UNIVERSE_DOWNLOAD_PROTOCOLS: "=file",
      UNIVERSE_RETRY_SECONDS: "0",
    };
    const options = { env, path: `${bin}:${path.dirname(system)}:/usr/bin:/bin` };
    const first = await run.target.bootstrap(options);
    expect(first.output).toContain("packages are installed");
    expect(first.output).toContain("python: uv 9.9 is installed");
    expect(first.output).toContain("agent: Claude Code 2.1.330 is installed");
    expect(first.code).toBe(0);
    await rm(path.join(run.target.home, ".universe/bootstrap.done"));
    const second = await run.target.bootstrap(options);
    expect(second.output).toContain("all packages are there already");
    expect(second.output).toContain("python: uv 9.9 is there already");
    expect(second.output).toContain("agent: Claude Code 2.1.330 is there already");
    expect(
      (await readFile(path.join(run.target.home, "calls"), "utf8")).match(/apt-get .*install/g),
    ).toHaveLength(1);

    await rm(path.join(run.target.home, ".universe/bootstrap.done"));
    await rm(path.join(run.target.home, ".local/bin/uv"));
    await writeFile(installer, "<html>Sign in to the network</html>\n");
    const cut = await run.target.bootstrap(options);
    expect(cut.code).toBe(1);
    expect(cut.output).toContain("at least 1000 were expected");
    await writeFile(installer, "<html>".repeat(1000));
    expect((await run.target.bootstrap(options)).output).toContain(
      "is no script; check the machine's network",
    );
  });

  test.each([
    ["codex", "Codex", "@openai/codex", "codex-cli 0.169.0"],
    ["gemini", "Gemini CLI", "@google/gemini-cli", "0.61.0"],
  ] as const)(
    "installs %s with npm in the pinned version, or says that it is missing",
    async (kind, title, name, version) => {
      const agent = { ...COMMAND, kind };
      await using run = await prepared(javascript, { agent });
      const bin = path.join(run.folder, "bin");
      await mkdir(bin);
      const tool = async (program: string, text: string): Promise<void> => {
        await writeFile(path.join(bin, program), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      };
      const options = {
        path: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
        env: { UNIVERSE_RETRY_SECONDS: "0" },
      };
      const missing = await run.target.bootstrap(options);
      expect(missing.code).toBe(69);
      expect(missing.output).toContain(`${kind} is not on this machine; install ${title} `);
      expect(missing.output).toContain(`(npm install --global ${name}@`);

      await tool("dpkg-query", "echo installed");
      await tool("apt-get", "exit 0");
      await tool(
        "npm",
        `echo "$*" >>"$HOME/calls"\n[ "$(wc -l <"$HOME/calls")" = 1 ] && exit 1\n` +
          `printf '#!/bin/sh\\necho "${version}"\\n' >"$HOME/.local/bin/${kind}"; chmod +x "$HOME/.local/bin/${kind}"`,
      );
      const more = { agent, campaignDirectory: null, system: "install" as const, cloneUrl: null };
      await run.target.install(await buildKit(run.brief, more));
      const first = await run.target.bootstrap(options);
      const number = version.split(" ").at(-1);
      expect(first.output).toContain(`agent: ${title} ${number} is installed`);
      expect(first.code).toBe(0);
      expect((await readFile(path.join(run.target.home, "calls"), "utf8")).split("\n")[0]).toBe(
        `install --global --prefix ${run.target.home}/.local --no-fund --no-audit ${name}@${number}`,
      );

      await run.target.install(await buildKit(run.brief, { ...more, agentVersion: "9.9.9" }));
      const other = await run.target.bootstrap(options);
      expect(other.code).toBe(1);
      expect(other.output).toContain(`${title} 9.9.9 could not be installed`);
      await run.target.install(await buildKit({ ...run.brief, timeLimitHours: 1 }, more));
      expect((await run.target.bootstrap(options)).output).toContain(
        `agent: ${title} ${number} is there already`,
      );
    },
  );
});
