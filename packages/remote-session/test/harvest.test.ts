import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSshd } from "@universe-optimize/test-servers/sshd";
import { connect } from "@universe-optimize/remote-session/ssh";
import type { DownloadRequest, DownloadResult } from "@universe-optimize/remote-session";

async function setUp(options: Parameters<typeof startSshd>[0] = {}) {
  const server = await startSshd(options);
  const { host, port, username, hostKeys, home, privateKey } = server;
  const session = await connect({ host, port, username, hostKeys, home }, { privateKey });
  const local = await mkdtemp(join(tmpdir(), "harvest-"));
  onTestFinished(async () => {
    await session[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(local, { recursive: true, force: true });
  });
  const remote = join(home, "results");
  await mkdir(remote);
  const harvest = (request: Partial<DownloadRequest> = {}): Promise<DownloadResult> =>
    session.download({
      directory: "results",
      paths: ["summary.json", "benchmarks"],
      toDirectory: local,
      skipUnchanged: true,
      appendOnly: ["run.log"],
      ...request,
    });
  const names = (result: DownloadResult): string[] => result.files.map(({ path }) => path).toSorted();
  return { session, remote, local, harvest, names };
}

test("sends only what changed, as our own files tell", { timeout: 60_000 }, async () => {
  const { remote, local, harvest, names } = await setUp();
  await mkdir(join(remote, "benchmarks"));
  await writeFile(join(remote, "summary.json"), "{}");
  await writeFile(join(remote, "benchmarks", "a b's.txt"), "one");
  await writeFile(join(remote, "benchmarks", "star*.txt"), "two");
  expect(names(await harvest())).toEqual(["benchmarks/a b's.txt", "benchmarks/star*.txt", "summary.json"]);
  const second = await harvest();
  // A name that means something to tar's --exclude comes again.
  expect(names(second)).toEqual(["benchmarks/star*.txt"]);
  expect(second.unchanged?.toSorted()).toEqual(["benchmarks/a b's.txt", "summary.json"]);
  // Another content of the same size; ours edited; ours lost.
  await writeFile(join(remote, "summary.json"), "[]");
  expect(names(await harvest())).toContain("summary.json");
  expect(await readFile(join(local, "summary.json"), "utf8")).toBe("[]");
  await writeFile(join(local, "summary.json"), "??");
  await rm(join(local, "benchmarks", "a b's.txt"));
  expect(names(await harvest())).toEqual(["benchmarks/a b's.txt", "benchmarks/star*.txt", "summary.json"]);
  expect((await harvest({ skipUnchanged: false })).unchanged).toBeUndefined();
});

test(
  "a log comes from where ours ends; another file under its name begins anew",
  { timeout: 60_000 },
  async () => {
    const { remote, local, harvest } = await setUp();
    expect((await harvest()).grown).toEqual([]);
    const log = join(remote, "run.log");
    const first = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    await writeFile(log, first);
    const grown = async () => (await harvest()).grown?.[0];
    const same = { path: "run.log", keptAs: null, more: false };
    expect(await grown()).toEqual({ ...same, addedBytes: 100_000, bytes: 100_000 });
    await appendFile(log, "more\nand more");
    expect(await grown()).toEqual({ ...same, addedBytes: 13, bytes: 100_013 });
    expect(await grown()).toEqual({ ...same, addedBytes: 0, bytes: 100_013 });
    expect(await readFile(join(local, "run.log"))).toEqual(await readFile(log));

    // Cut and begun anew: shorter first, then another one that is longer than ours.
    await writeFile(log, "short");
    expect(await grown()).toEqual({ ...same, keptAs: "run.log.1", addedBytes: 5, bytes: 5 });
    await writeFile(log, "another one");
    expect(await grown()).toEqual({ ...same, keptAs: "run.log.2", addedBytes: 11, bytes: 11 });
    expect(await readFile(join(local, "run.log.1"))).toEqual(
      Buffer.concat([first, Buffer.from("more\nand more")]),
    );
    expect(await readFile(join(local, "run.log.2"), "utf8")).toBe("short");
    expect(await readFile(join(local, "run.log"), "utf8")).toBe("another one");
  },
);

test("caps bound a growing file, call by call and in all", { timeout: 60_000 }, async () => {
  const { remote, local, harvest } = await setUp();
  await writeFile(join(remote, "run.log"), "0123456789");
  const piece = async (maxTotalBytes: number) =>
    (await harvest({ paths: [], limits: { maxTotalBytes, maxFileBytes: 8 } })).grown?.[0];
  expect(await piece(6)).toMatchObject({ addedBytes: 6, bytes: 6, more: true });
  expect(await piece(6)).toMatchObject({ addedBytes: 2, bytes: 8, more: true });
  expect(await piece(6)).toMatchObject({ addedBytes: 0, bytes: 8, more: true });
  expect(await readFile(join(local, "run.log"), "utf8")).toBe("01234567");
});

test(
  "links are followed on neither side, and what grows is not sent twice",
  { timeout: 60_000 },
  async () => {
    const { remote, local, harvest, names } = await setUp();
    await writeFile(join(remote, "run.log"), "log");
    await writeFile(join(remote, "other"), "other");
    const whole = await harvest({ paths: ["."] });
    expect([names(whole), whole.refused]).toEqual([["other"], []]);
    expect(whole.grown).toMatchObject([{ path: "run.log", addedBytes: 3 }]);

    await rm(join(local, "run.log"));
    await writeFile(join(local, "precious"), "precious");
    await symlink("precious", join(local, "run.log"));
    await rm(join(local, "other"));
    await symlink("precious", join(local, "other"));
    const refused = await harvest({ paths: ["."] });
    expect(refused.refused.map(({ path }) => path).toSorted()).toEqual(["other", "run.log"]);
    expect([refused.files, refused.grown]).toEqual([[], []]);
    expect(await readFile(join(local, "precious"), "utf8")).toBe("precious");

    await rm(join(remote, "run.log"));
    await symlink("/etc/hostname", join(remote, "run.log"));
    await rm(join(local, "run.log"));
    expect((await harvest()).grown).toEqual([]);
    expect((await readdir(local)).toSorted()).toEqual(["other", "precious"]);
  },
);

test("a log that is cut while it is read leaves ours as it was", { timeout: 60_000 }, async () => {
  const tools = await mkdtemp(join(tmpdir(), "tools-"));
  onTestFinished(() => rm(tools, { recursive: true, force: true }));
  const wrapper = join(tools, "wrapper");
  await writeFile(
    wrapper,
    `#!/bin/sh\nPATH=${tools}:$PATH\nexport PATH\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n`,
    {
      mode: 0o755,
    },
  );
  const { remote, local, harvest } = await setUp({ config: [`ForceCommand ${wrapper}`] });
  await writeFile(join(remote, "run.log"), "0123456789");
  await harvest();
  await appendFile(join(remote, "run.log"), "abcdefg");
  // Seven bytes were announced; four come.
  await writeFile(
    join(tools, "head"),
    `#!/bin/sh\n[ "$2" != 7 ] || set -- -c 4\nexec $(PATH=/usr/bin:/bin command -v head) "$@"\n`,
    { mode: 0o755 },
  );
  await expect(harvest()).rejects.toMatchObject({ code: "transfer_failed" });
  expect(await readFile(join(local, "run.log"), "utf8")).toBe("0123456789");
  await rm(join(tools, "head"));
  expect((await harvest()).grown).toMatchObject([{ addedBytes: 7, keptAs: null }]);
  expect(await readFile(join(local, "run.log"), "utf8")).toBe("0123456789abcdefg");
});
