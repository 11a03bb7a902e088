import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Connect, Session, SessionEndpoint } from "../session.ts";

export interface SessionSuite {
  /** Name of the server, for the report. */
  readonly name: string;
  /** Starts a server, or finds one; called once. `endpoint.home` must exist and be empty. */
  open(): Promise<{
    readonly endpoint: SessionEndpoint;
    readonly privateKey: string;
    cleanup(): Promise<void>;
  }>;
  readonly connect: Connect;
}

/**
 * Registers with vitest the tests that a session must pass on any SSH server. Call it at the top of a test file.
 * A server is good for sessions, and for detached jobs, when they pass.
 */
export function sessionSuite(suite: SessionSuite): void {
  describe(`session on ${suite.name}`, { timeout: 60_000 }, () => {
    let server: Awaited<ReturnType<SessionSuite["open"]>>;
    let session: Session;
    const connect = (
      endpoint: Partial<SessionEndpoint> = {},
      privateKey = server.privateKey,
    ): Promise<Session> => suite.connect({ ...server.endpoint, ...endpoint }, { privateKey });

    beforeAll(async () => {
      server = await suite.open();
      session = await connect();
    }, 60_000);
    afterAll(async () => {
      await session[Symbol.asyncDispose]();
      await server.cleanup();
    }, 60_000);

    describe("connect", () => {
      test("refuses another host key than the pinned one, and names both", async () => {
        const other = ssh2.utils.generateKeyPairSync("ed25519").public;
        await expect(connect({ hostKeys: [other] })).rejects.toMatchObject({
          code: "host_key_mismatch",
          retryable: false,
          host: server.endpoint.host,
          message: expect.stringMatching(/SHA256:\S+, but pinned is SHA256:/) as string,
        });
      });

      test("accepts one of several pinned host keys, of whatever type", async () => {
        const others = [
          ssh2.utils.generateKeyPairSync("ed25519").public,
          ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 }).public,
        ];
        await using other = await connect({ hostKeys: [...others, ...server.endpoint.hostKeys] });
        expect((await other.exec("echo in")).stdout).toBe("in\n");
      });

      test("refuses to connect without a pinned host key", async () => {
        await expect(connect({ hostKeys: [] })).rejects.toMatchObject({ code: "invalid_request" });
      });

      test("says when the server refuses the key", async () => {
        await expect(connect({}, ssh2.utils.generateKeyPairSync("ed25519").private)).rejects.toMatchObject({
          code: "auth_failed",
          retryable: false,
        });
      });

      test("says when the private key is none", async () => {
        await expect(connect({}, "no key")).rejects.toMatchObject({ code: "invalid_request" });
      });

      test("says when the home folder does not exist", async () => {
        await expect(connect({ home: `${session.home}/missing` })).rejects.toMatchObject({
          code: "invalid_request",
        });
      });

      test("learns the login user's home when none is given", async () => {
        await using other = await connect({ home: null });
        expect(other.home).toMatch(/^\//);
        expect((await other.exec("pwd -P && cd && pwd -P")).stdout).toMatch(/^(.*)\n\1\n$/);
      });

      test("ends at once by its signal", async () => {
        const reason = new Error("enough");
        await expect(
          suite.connect(server.endpoint, {
            privateKey: server.privateKey,
            signal: AbortSignal.abort(reason),
          }),
        ).rejects.toBe(reason);
      });

      test("is unusable after it was closed", async () => {
        const other = await connect();
        expect(other.connected).toBe(true);
        await other[Symbol.asyncDispose]();
        await other[Symbol.asyncDispose]();
        expect(other.connected).toBe(false);
        await expect(other.exec("true")).rejects.toMatchObject({ code: "connection_lost", retryable: true });
      });
    });

    describe("exec", () => {
      test("gives both outputs and the exit status", async () => {
        expect(await session.exec("echo out; echo err >&2; exit 3")).toEqual({
          exitCode: 3,
          signal: null,
          stdout: "out\n",
          stderr: "err\n",
        });
      });

      test("runs in the home folder with HOME set to it", async () => {
        const { stdout } = await session.exec('cd . && [ "$HOME" -ef "$PWD" ] && echo "$HOME"');
        expect(stdout).toBe(`${session.home}\n`);
      });

      test("takes the command as it is: quotes, backslashes, line ends, exclamation marks, any character", async () => {
        const text = `'a' "b" \\ \\n ! !! $HOME \`x\` %s %d ü 漢 \t|`;
        const { stdout } = await session.exec(`cat <<'END'\n${text}\nEND\nprintf '%s' "second line"`);
        expect(stdout).toBe(`${text}\nsecond line`);
      });

      test("has an empty standard input unless it is given one", async () => {
        expect((await session.exec("cat; echo done")).stdout).toBe("done\n");
        const stdin = "x".repeat(300_000);
        expect((await session.exec("wc -c", { stdin })).stdout.trim()).toBe("300000");
      });

      test("reports a syntax error as a result", async () => {
        const { exitCode, stderr } = await session.exec("echo 'unbalanced");
        expect(exitCode).not.toBe(0);
        expect(stderr).not.toBe("");
      });

      test("ends the command at its deadline, on the machine too", async () => {
        const running = session.exec('echo $$ >"$HOME/overdue"; sleep 300; echo late', { timeoutMs: 1_000 });
        await expect(running).rejects.toMatchObject({ code: "command_timeout", retryable: true });
        await expect.poll(() => isAlive(session, "overdue"), { timeout: 20_000 }).toBe(false);
        expect((await session.exec("echo on")).stdout).toBe("on\n");
      });

      test("ends with the signal's reason when it is aborted", async () => {
        const controller = new AbortController();
        const reason = new Error("enough");
        const running = session.exec('echo $$ >"$HOME/aborted"; sleep 300', { signal: controller.signal });
        await expect.poll(() => isAlive(session, "aborted"), { timeout: 20_000 }).toBe(true);
        controller.abort(reason);
        await expect(running).rejects.toBe(reason);
        await expect.poll(() => isAlive(session, "aborted"), { timeout: 20_000 }).toBe(false);
      });

      test("refuses more output than agreed, on either stream", async () => {
        const limits = { maxOutputBytes: 10_000 };
        await expect(session.exec("head -c 20000 /dev/zero", limits)).rejects.toMatchObject({
          code: "output_too_large",
        });
        await expect(session.exec("head -c 20000 /dev/zero >&2", limits)).rejects.toMatchObject({
          code: "output_too_large",
        });
        expect((await session.exec("head -c 10000 /dev/zero", limits)).stdout).toHaveLength(10_000);
      });

      test("runs more commands at once than a server opens channels", async () => {
        const results = await Promise.all(
          Array.from({ length: 25 }, (_, index) => session.exec(`echo ${index}`)),
        );
        expect(results.map(({ stdout }) => Number(stdout))).toEqual(
          Array.from({ length: 25 }, (_, index) => index),
        );
      });
    });

    describe("shell", () => {
      test("answers many calls with one process", async () => {
        const shell = session.shell();
        const first = await shell.run("echo $$");
        expect(first.exitCode).toBe(0);
        expect(await shell.run("echo $$")).toEqual(first);
        expect(await shell.run("printf 'no line end'; false")).toEqual({
          exitCode: 1,
          stdout: "no line end",
        });
        expect(await shell.run(":")).toEqual({ exitCode: 0, stdout: "" });
      });

      test("queues calls in their order", async () => {
        const shell = session.shell();
        const results = await Promise.all(
          ["sleep 0.2; echo a", "echo b", "echo c"].map((script) => shell.run(script)),
        );
        expect(results.map(({ stdout }) => stdout)).toEqual(["a\n", "b\n", "c\n"]);
      });

      test("is not wedged by unbalanced quotes, by reading standard input, or by exit", async () => {
        const shell = session.shell();
        expect((await shell.run("echo 'x")).exitCode).not.toBe(0);
        expect((await shell.run('echo "x')).exitCode).not.toBe(0);
        expect((await shell.run("cat <<END\nx")).exitCode).toBeTypeOf("number");
        expect((await shell.run("if true; then")).exitCode).not.toBe(0);
        expect(await shell.run("cat; echo after")).toEqual({ exitCode: 0, stdout: "after\n" });
        expect(await shell.run("echo bye; exit 7")).toEqual({ exitCode: 7, stdout: "bye\n" });
        expect(await shell.run("echo back; pwd -P")).toEqual(
          await shell.run('echo back; cd "$HOME"; pwd -P'),
        );
      });

      test("is opened anew after a call past its deadline", async () => {
        const shell = session.shell();
        const before = await shell.run("echo $$");
        await expect(shell.run("sleep 300", { timeoutMs: 500 })).rejects.toMatchObject({
          code: "command_timeout",
        });
        const after = await shell.run("echo $$");
        expect(after.exitCode).toBe(0);
        expect(after.stdout).not.toBe(before.stdout);
      });

      test("is opened anew after it was killed", async () => {
        const shell = session.shell();
        const { stdout } = await shell.run("echo $$");
        await session.exec(`kill -KILL ${stdout}`);
        await expect.poll(() => shell.run("echo up").then((result) => result.stdout)).toBe("up\n");
      });

      test("gives a call up by its signal, also while it waits for its turn", async () => {
        const shell = session.shell();
        const reason = new Error("enough");
        const first = shell.run("sleep 0.5; echo first");
        const controller = new AbortController();
        const second = shell.run('echo ran >"$HOME/second"', { signal: controller.signal });
        controller.abort(reason);
        await expect(second).rejects.toBe(reason);
        expect((await first).stdout).toBe("first\n");
        expect((await shell.run('[ -f "$HOME/second" ]')).exitCode).toBe(1);
      });

      test("refuses endless output and is opened anew", async () => {
        const shell = session.shell();
        await expect(shell.run("head -c 10000000 /dev/zero")).rejects.toMatchObject({
          code: "output_too_large",
        });
        expect((await shell.run("echo on")).stdout).toBe("on\n");
      });
    });

    describe("upload and download", () => {
      test("carries texts, bytes, files and modes there and back", async () => {
        const local = await makeFolder();
        const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
        await writeFile(join(local, "big"), Buffer.concat(Array.from({ length: 40 }, () => bytes)));
        await writeFile(join(local, "empty"), "");
        await session.upload(
          [
            { path: "run.sh", content: "#!/bin/sh\necho ran\n", mode: 0o755 },
            { path: "secret", content: "s", mode: 0o600 },
            { path: "deep/er/bytes", content: bytes },
            { path: "deep/big", content: { file: join(local, "big") } },
            { path: "deep/empty", content: { file: join(local, "empty") } },
            { path: "with space & 'quote'", content: "" },
          ],
          "kit",
        );
        expect(
          (await session.exec("kit/run.sh; ls -l kit/secret | cut -c1-10; ls kit/deep/er kit/*quote*"))
            .stdout,
        ).toBe("ran\n-rw-------\nkit/with space & 'quote'\n\nkit/deep/er:\nbytes\n");
        const target = await makeFolder();
        const result = await session.download({
          directory: "kit",
          paths: ["deep", "run.sh", "missing", "with space & 'quote'"],
          toDirectory: target,
        });
        expect(result.refused).toEqual([]);
        expect(result.files.map(({ path }) => path).toSorted()).toEqual([
          "deep/big",
          "deep/empty",
          "deep/er/bytes",
          "run.sh",
          "with space & 'quote'",
        ]);
        expect(await readFile(join(target, "deep/er/bytes"))).toEqual(bytes);
        expect((await readFile(join(target, "deep/big"))).equals(await readFile(join(local, "big")))).toBe(
          true,
        );
        expect(await readFile(join(target, "deep/empty"))).toHaveLength(0);
      });

      test("replaces files, also one that runs", async () => {
        const entries = (text: string) => [{ path: "loop.sh", content: `${text}\n`, mode: 0o755 }];
        await session.upload(entries("touch runs; sleep 1; echo old"), "replace");
        const running = session.exec("sh replace/loop.sh");
        // Only a script that its shell has opened can run on while it is replaced.
        await session.exec("until [ -e runs ]; do sleep 0.05; done");
        await session.upload(entries("echo new"), "replace");
        expect((await session.exec("sh replace/loop.sh")).stdout).toBe("new\n");
        expect(await running).toMatchObject({ exitCode: 0, stdout: "old\n" });
      });

      test("refuses paths that leave their folder", async () => {
        for (const path of ["../x", "/x", "a/../../x", "", "a\nb", "a\u001b[31m"]) {
          await expect(session.upload([{ path, content: "" }], "kit")).rejects.toMatchObject({
            code: "unsafe_path",
          });
          await expect(
            session.download({ directory: "kit", paths: [path], toDirectory: tmpdir() }),
          ).rejects.toMatchObject({ code: "unsafe_path" });
        }
        await expect(session.upload([{ path: "x", content: "" }], "../up")).rejects.toMatchObject({
          code: "unsafe_path",
        });
      });

      test("says why the machine could not unpack", async () => {
        await session.exec("echo >a-file");
        await expect(session.upload([{ path: "x", content: "" }], "a-file/below")).rejects.toMatchObject({
          code: "transfer_failed",
        });
      });

      test("says which local file cannot be read", async () => {
        await expect(
          session.upload([{ path: "x", content: { file: "/nonexistent/file" } }], "kit"),
        ).rejects.toMatchObject({ code: "invalid_request" });
        expect((await session.exec("echo on")).stdout).toBe("on\n");
      });

      test("downloads nothing from a folder that is not there", async () => {
        expect(
          await session.download({ directory: "nowhere", paths: ["a"], toDirectory: await makeFolder() }),
        ).toEqual({ files: [], refused: [] });
      });

      test("cuts a large file to its first bytes and takes the others whole", async () => {
        await session.exec(
          "mkdir -p large && printf 0123456789 >large/ten && printf abc >large/three && printf 'x%.0s' 1 2 3 4 5 6 7 8 >'large/[eight]'",
        );
        const target = await makeFolder();
        const { files, refused } = await session.download({
          directory: "large",
          paths: ["."],
          toDirectory: target,
          limits: { maxFileBytes: 4 },
        });
        expect(refused).toEqual([]);
        expect(files.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
          { path: "[eight]", bytes: 4, truncated: true },
          { path: "ten", bytes: 4, truncated: true },
          { path: "three", bytes: 3, truncated: false },
        ]);
        expect(await readFile(join(target, "ten"), "utf8")).toBe("0123");
      });

      test("refuses links in a results folder and takes the rest", async () => {
        await session.exec(
          "mkdir -p results/sub && cd results && echo 1 >summary.json && ln -s /etc/passwd stolen && ln -s .. up && mkfifo pipe && echo 2 >sub/ok",
        );
        const target = await makeFolder();
        const { files, refused } = await session.download({
          directory: "results",
          paths: ["."],
          toDirectory: target,
        });
        expect(files.map(({ path }) => path).toSorted()).toEqual(["sub/ok", "summary.json"]);
        expect(refused.map(({ path }) => path).toSorted()).toEqual(["pipe", "stolen", "up"]);
      });

      test("takes a file that grows while it is read", async () => {
        await session.exec(
          "mkdir -p grow; for i in 1 2 3 4 5 6 7 8; do head -c 2000000 /dev/zero | tr '\\0' y >>grow/log; done",
        );
        const writer = session.exec(
          "i=0; while [ $i -lt 50 ]; do echo yyyyyyyyyy >>grow/log; i=$((i+1)); sleep 0.02; done",
        );
        const target = await makeFolder();
        const { files } = await session.download({ directory: "grow", paths: ["log"], toDirectory: target });
        await writer;
        expect(files).toHaveLength(1);
        const text = await readFile(join(target, "log"), "utf8");
        expect(text.length).toBeGreaterThanOrEqual(16_000_000);
        expect(text).toMatch(/^[y\n]+$/);
      });
    });

    describe("tail", () => {
      test("reads on from an offset, whatever the bytes", async () => {
        const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 256));
        await session.upload([{ path: "log", content: bytes }], "tail");
        expect(await session.tail("tail/log", 0, { maxBytes: 3_000 })).toEqual({
          data: bytes.subarray(0, 3_000),
          nextOffset: 3_000,
          size: 5_000,
        });
        expect(await session.tail("tail/log", 3_000)).toEqual({
          data: bytes.subarray(3_000),
          nextOffset: 5_000,
          size: 5_000,
        });
        expect(await session.tail(`${session.home}/tail/log`, 5_000)).toEqual({
          data: Buffer.alloc(0),
          nextOffset: 5_000,
          size: 5_000,
        });
        expect(await session.tail("tail/log", 9_000)).toEqual({
          data: Buffer.alloc(0),
          nextOffset: 9_000,
          size: 5_000,
        });
        expect(await session.tail("tail/missing", 0)).toBeNull();
        expect(await session.tail("tail", 0)).toBeNull();
      });
    });

    describe("jobs", () => {
      test("go on without the connection, keep their log and exit status, and start once", async () => {
        const spec = {
          name: "once",
          command: 'echo "begin $KIND"; pwd; sleep 1; echo end; exit 7',
          env: { KIND: "a 'b' $c" },
          cwd: "kit-2",
        };
        await session.exec("mkdir -p kit-2");
        {
          await using other = await connect();
          const job = await other.startJob(spec);
          expect(job.startedNow).toBe(true);
          expect((await job.status()).state).toBe("running");
        }
        await using other = await connect();
        const job = await other.startJob({ ...spec, command: "echo twice" });
        expect(job.startedNow).toBe(false);
        await expect.poll(() => job.status().then(({ state }) => state), { timeout: 30_000 }).toBe("exited");
        const status = await other.job("once").status();
        expect(status).toMatchObject({ state: "exited", exitCode: 7, logTruncated: false });
        expect(status.elapsedSeconds).toBeGreaterThanOrEqual(0.9);
        const log = (await other.exec(`cat ${job.logFile}`)).stdout;
        expect(log).toMatch(/^begin a 'b' \$c\n\S*kit-2\nend\n$/);
        expect(status.logBytes).toBe(log.length);
      });

      test("are absent before they are started", async () => {
        expect(await session.job("never").status()).toEqual({
          state: "absent",
          exitCode: null,
          elapsedSeconds: null,
          heartbeatAgeSeconds: null,
          logBytes: 0,
          logTruncated: false,
        });
        expect((await session.job("never").stop()).state).toBe("absent");
      });

      test("get secrets by their environment only, and the file is gone", async () => {
        const secret = ["not", "a", "real", `secret ' " $HOME \\ \`id\` #\ttwo\nlines`].join("-");
        const job = await session.startJob({
          name: "secret",
          command: 'printf %s "$TOKEN" >"$HOME/seen"',
          secrets: { TOKEN: secret },
        });
        await expect.poll(() => job.status().then(({ state }) => state), { timeout: 30_000 }).toBe("exited");
        expect((await session.exec('cat "$HOME/seen"; rm "$HOME/seen"')).stdout).toBe(secret);
        expect(
          (
            await session.exec(
              "grep -r not-a-real .universe; ls -R .universe | grep secrets; ls -ld .universe/jobs/secret | cut -c1-10",
            )
          ).stdout,
        ).toBe("drwx------\n");
      });

      test("write their log where it is wanted", async () => {
        const job = await session.startJob({
          name: "elsewhere",
          command: "echo to the log; echo errors too >&2",
          logFile: "results of it/output.log",
        });
        expect(job.logFile).toBe(`${session.home}/results of it/output.log`);
        await expect.poll(() => job.status().then(({ state }) => state), { timeout: 30_000 }).toBe("exited");
        expect((await session.tail(job.logFile, 0))?.data.toString()).toBe("to the log\nerrors too\n");
        expect((await session.tail(session.job("elsewhere").logFile, 0))?.data.toString()).toBe(
          "to the log\nerrors too\n",
        );
      });

      test("lose what they print beyond their log's cap, and nothing else", async () => {
        const job = await session.startJob({
          name: "wordy",
          command:
            "for i in 1 2 3 4 5 6 7 8 9; do echo short; done; head -c 3000000 /dev/zero; echo >survived; exit 4",
          maxLogBytes: 102_400,
        });
        await expect.poll(() => job.status().then(({ state }) => state), { timeout: 30_000 }).toBe("exited");
        expect(await job.status()).toMatchObject({ exitCode: 4, logBytes: 102_400, logTruncated: true });
        expect((await session.exec("[ -f survived ]")).exitCode).toBe(0);
      });

      test("end with all that they started", async () => {
        const job = await session.startJob({
          name: "family",
          command: `echo $$ >leader
            sh -c 'echo $$ >stubborn; trap "" TERM; while :; do sleep 1; done' &
            setsid sh -c 'echo $$ >escaped; trap "" TERM; while :; do sleep 1; done' &
            while :; do sleep 1; done`,
        });
        for (const name of ["leader", "stubborn", "escaped"]) {
          await expect.poll(() => isAlive(session, name), { timeout: 20_000 }).toBe(true);
        }
        const status = await job.stop({ graceMs: 500 });
        expect(status).toMatchObject({ state: "exited", exitCode: 143 });
        for (const name of ["leader", "stubborn", "escaped"])
          expect(await isAlive(session, name)).toBe(false);
        expect(await job.stop()).toMatchObject({ state: "exited", exitCode: 143 });
      });

      test("that ignore TERM are killed", async () => {
        const job = await session.startJob({
          name: "deaf",
          command: "trap '' TERM; echo $$ >deaf; while :; do sleep 1; done",
        });
        await expect.poll(() => isAlive(session, "deaf"), { timeout: 20_000 }).toBe(true);
        expect(await job.stop({ graceMs: 300 })).toMatchObject({ state: "exited", exitCode: 137 });
      });

      test("that can hand over on TERM have the time", async () => {
        const job = await session.startJob({
          name: "polite",
          command:
            "trap 'sleep 1; echo handed over; exit 0' TERM; echo $$ >polite; while :; do sleep 0.2; done",
        });
        await expect.poll(() => isAlive(session, "polite"), { timeout: 20_000 }).toBe(true);
        expect(await job.stop({ graceMs: 30_000 })).toMatchObject({ state: "exited", exitCode: 0 });
        expect((await session.tail(job.logFile, 0))?.data.toString()).toContain("handed over");
      });

      test("are refused with a name or variable that is none", async () => {
        for (const name of ["", "A", "a/b", "..", "a b", "a".repeat(41)]) {
          await expect(session.startJob({ name, command: "true" })).rejects.toMatchObject({
            code: "invalid_request",
          });
          expect(() => session.job(name)).toThrow(expect.objectContaining({ code: "invalid_request" }));
        }
        await expect(
          session.startJob({ name: "x", command: "true", env: { "A;id": "1" } }),
        ).rejects.toMatchObject({ code: "invalid_request" });
        await expect(
          session.startJob({ name: "x", command: "true", secrets: { A: "\0" } }),
        ).rejects.toMatchObject({ code: "invalid_request" });
      });

      test("say why they could not be started, and can be started then", async () => {
        const spec = { name: "later", command: "true", cwd: "not yet" };
        await expect(session.startJob(spec)).rejects.toMatchObject({
          code: "job_failed",
          message: expect.stringContaining("not yet") as string,
        });
        expect((await session.job("later").status()).state).toBe("absent");
        await session.exec("mkdir 'not yet'");
        expect((await session.startJob(spec)).startedNow).toBe(true);
      });
    });
  });
}

/** Whether the process whose id is in a file of the home folder lives; a zombie does not. */
async function isAlive(session: Session, file: string): Promise<boolean> {
  const script = `p=$(cat "$HOME/${file}" 2>/dev/null) && [ -n "$p" ] && kill -0 "$p" && { [ ! -r "/proc/$p/stat" ] || ! grep -q ') Z ' "/proc/$p/stat"; }`;
  return (await session.exec(script)).exitCode === 0;
}

/** A local folder that goes with the test. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "session-suite-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
