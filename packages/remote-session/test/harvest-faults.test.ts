// What a machine may send when its results are fetched.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { Session } from "@universe-optimize/remote-session";
import { connect } from "@universe-optimize/remote-session/ssh";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const MIB = 1024 * 1024;
let bin: string;
let server: TestSshd;
let session: Session;

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), "machine-bin-"));
  // The agent can put a `tar` of its own in front of the machine's.
  const wrapper = join(bin, "login");
  await writeFile(
    wrapper,
    `#!/bin/sh\nPATH=${bin}/tools:$PATH\nexport PATH\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n`,
    { mode: 0o755 },
  );
  await mkdir(join(bin, "tools"));
  server = await startSshd({ config: [`ForceCommand ${wrapper}`] });
  const { host, port, username, hostKeys, home, privateKey } = server;
  session = await connect({ host, port, username, hostKeys, home }, { privateKey });
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await server.stop();
  await rm(bin, { recursive: true, force: true });
});

async function makeTarget(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "harvest-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const target = join(folder, "project", "results");
  await mkdir(target, { recursive: true });
  return target;
}

/** Highest resident memory while something runs, above what it was before. */
async function memoryPeak(act: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  await act();
  clearInterval(timer);
  return Math.max(peak, process.memoryUsage().rss) - before;
}

test("a transcript of 2 GB: its end is read, its first bytes are fetched, memory stays flat", async () => {
  await session.exec(
    "mkdir -p big; dd if=/dev/zero of=big/transcript bs=1 count=0 seek=2147483648 2>/dev/null; echo 'the last words' >>big/transcript; echo small >big/summary.json",
  );
  const target = await makeTarget();
  const peak = await memoryPeak(async () => {
    expect((await session.tail("big/transcript", 2_147_483_648))?.data.toString()).toBe("the last words\n");
    const piece = await session.tail("big/transcript", 2_147_000_000, { maxBytes: MIB });
    expect(piece).toMatchObject({ size: 2_147_483_663, nextOffset: 2_147_483_663 });
    const { files, refused } = await session.download({
      directory: "big",
      paths: ["."],
      toDirectory: target,
      limits: { maxFileBytes: 32 * MIB },
    });
    expect(refused).toEqual([]);
    expect(files.toSorted((a, b) => a.bytes - b.bytes)).toEqual([
      { path: "summary.json", bytes: 6, truncated: false },
      { path: "transcript", bytes: 32 * MIB, truncated: true },
    ]);
  });
  expect(peak).toBeLessThan(200 * MIB);
});

test("100,000 files: as many as allowed are taken, and it says so", async () => {
  await session.exec("mkdir -p many && cd many && seq 1 100000 | xargs -n 5000 touch", {
    timeoutMs: 110_000,
  });
  const target = await makeTarget();
  let result: { files: readonly unknown[]; refused: readonly { reason: string }[] } | null = null;
  const peak = await memoryPeak(async () => {
    result = await session.download({
      directory: "many",
      paths: ["."],
      toDirectory: target,
      limits: { maxFiles: 200 },
    });
  });
  const { files, refused } = result as unknown as { files: unknown[]; refused: { reason: string }[] };
  expect(files).toHaveLength(200);
  expect(await readdir(target)).toHaveLength(200);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(1_000);
  expect(refused.map(({ reason }) => reason).join("\n")).toMatch(/200|cap|limit/i);
  expect(peak).toBeLessThan(200 * MIB);
  expect((await session.exec("rm -rf many; echo gone", { timeoutMs: 110_000 })).stdout).toBe("gone\n");
});

test("links to files outside, and names that lead outside, are refused and named", async () => {
  await session.exec(
    "mkdir -p linked/sub && ln -s /etc/passwd linked/passwd && ln -s / linked/root && ln linked/passwd linked/hard && echo ok >linked/sub/ok",
  );
  const target = await makeTarget();
  const { files, refused } = await session.download({
    directory: "linked",
    paths: ["."],
    toDirectory: target,
  });
  expect(files.map(({ path }) => path)).toEqual(["sub/ok"]);
  expect(refused.map(({ path }) => path).toSorted()).toEqual(["hard", "passwd", "root"]);
  expect(await readdir(target, { recursive: true }).then((names) => names.toSorted())).toEqual([
    "sub",
    "sub/ok",
  ]);
});

test("an archive with ../../x, absolute names, links and devices writes nothing outside the folder", async () => {
  const target = await makeTarget();
  const outside = join(dirname(dirname(target)), "x");
  await session.exec(
    `mkdir -p evil/a/b && echo bad >evil/x && echo good >evil/a/b/good && cd evil/a/b && tar -cPf ../../../evil.tar ../../x "$HOME/evil/x" good`,
  );
  await writeFile(join(bin, "tools", "tar"), `#!/bin/sh\ncat ${server.home}/evil.tar\n`, { mode: 0o755 });
  onTestFinished(() => rm(join(bin, "tools", "tar"), { force: true }));
  const { files, refused } = await session.download({ directory: "evil", paths: ["."], toDirectory: target });
  expect(files.map(({ path }) => path)).toEqual(["good"]);
  expect(refused).toHaveLength(2);
  expect(existsSync(outside)).toBe(false);
  expect(existsSync(join(dirname(target), "x"))).toBe(false);
  expect(await readdir(target)).toEqual(["good"]);
});

test("an archive that breaks off, or is none, leaves whole files only, and a clear word", async () => {
  await session.exec(
    "mkdir -p cut && echo whole >cut/a && head -c 300000 /dev/urandom >cut/b && tar -cf cut.tar -C cut a b",
  );
  onTestFinished(() => rm(join(bin, "tools", "tar"), { force: true }));
  const fakes = {
    cut: [`head -c 100000 ${server.home}/cut.tar`, ["a"]],
    junk: ["head -c 100000 /dev/urandom", []],
    words: ["echo '<html>'; exit 1", []],
  } as const;
  for (const [script, whole] of Object.values(fakes)) {
    const target = await makeTarget();
    await writeFile(join(bin, "tools", "tar"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const outcome = await session.download({ directory: "cut", paths: ["."], toDirectory: target }).then(
      ({ refused }) => refused.map(({ reason }) => reason).join(),
      (error: unknown) => (error as Error).message,
    );
    expect(outcome).not.toBe("");
    expect(await readdir(target)).toEqual(whole);
  }
});

test("a folder that changes while it is read: what comes is whole, and the call ends", async () => {
  await session.exec(
    "mkdir -p churn; for i in 1 2 3 4 5 6 7 8 9; do head -c 200000 /dev/zero | tr '\\0' $i >churn/steady-$i; done",
  );
  const writer = session.exec(
    `i=0; while [ ! -f churn.stop ]; do i=$((i + 1)); echo "row $i" >churn/new-$i; echo "row $i" >>churn/results.tsv; rm -f churn/new-$((i - 3)); head -c 50000 /dev/zero >churn/half.tmp && mv churn/half.tmp churn/moved; done`,
  );
  for (let round = 0; round < 6; round++) {
    const target = await makeTarget();
    const { files } = await session.download({ directory: "churn", paths: ["."], toDirectory: target });
    const names = files.map(({ path }) => path);
    for (let index = 1; index <= 9; index++) {
      expect(names).toContain(`steady-${index}`);
      expect(await readFile(join(target, `steady-${index}`), "utf8")).toBe(`${index}`.repeat(200_000));
    }
    expect((await readdir(target)).toSorted()).toEqual(names.toSorted());
  }
  await session.exec("touch churn.stop");
  await writer;
});
