import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack as createPack, type Header } from "tar-stream";
import { expect, onTestFinished, test } from "vitest";
import { extractArchive } from "./extract-archive.ts";
import { Intake } from "./intake.ts";
import type { DownloadLimits } from "./transfer.ts";

type Entry = Partial<Header> & { name: string; data?: string | Buffer };

async function makeArchive(entries: readonly Entry[]): Promise<Buffer> {
  const pack = createPack();
  for (const { data, ...header } of entries) {
    if (data === undefined) pack.entry(header).end(null);
    else pack.entry(header, data);
  }
  pack.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of pack as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Extracts into a new folder `in` of a new folder; what lies beside it must stay as it is. */
async function extract(
  source: Buffer | AsyncIterable<Uint8Array>,
  options: {
    limits?: DownloadLimits;
    isWanted?: (path: string) => boolean;
    prepare?: (target: string) => Promise<void>;
  } = {},
) {
  const outer = await mkdtemp(join(tmpdir(), "extract-"));
  onTestFinished(() => rm(outer, { recursive: true, force: true }));
  const target = join(outer, "in");
  await mkdir(target);
  await options.prepare?.(target);
  const intake = await Intake.open(target, options.limits);
  const run = async (): Promise<boolean> => {
    try {
      return await extractArchive(
        Buffer.isBuffer(source) ? inPieces(source) : source,
        intake,
        options.isWanted,
      );
    } finally {
      await intake.finish();
    }
  };
  const outcome = await run().catch((error: unknown) => error);
  if (options.prepare === undefined) expect(await readdir(outer)).toEqual(["in"]);
  return { outer, target, outcome, files: intake.files, refused: intake.refused };
}

async function* inPieces(data: Buffer, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < data.length; start += size) yield data.subarray(start, start + size);
}

test("writes files and folders, and nothing else of their headers", async () => {
  const archive = await makeArchive([
    { name: "./a/", type: "directory" },
    { name: "./a/b.txt", data: "hello", mode: 0o4777 },
    { name: "./empty", data: "" },
    { name: "./a/./c//d", data: "deep" },
  ]);
  const { target, outcome, files, refused } = await extract(archive);
  expect(outcome).toBe(true);
  expect(refused).toEqual([]);
  expect(files).toEqual([
    { path: "a/b.txt", bytes: 5, truncated: false },
    { path: "empty", bytes: 0, truncated: false },
    { path: "a/c/d", bytes: 4, truncated: false },
  ]);
  expect(await readFile(join(target, "a/b.txt"), "utf8")).toBe("hello");
  expect((await stat(join(target, "a/b.txt"))).mode & 0o7111).toBe(0);
});

test.each<[string, Entry]>([
  ["a symbolic link", { name: "x", type: "symlink", linkname: "/etc/passwd" }],
  ["a hard link", { name: "x", type: "link", linkname: "/etc/passwd" }],
  ["a character device", { name: "x", type: "character-device", devmajor: 1, devminor: 3 }],
  ["a block device", { name: "x", type: "block-device", devmajor: 8, devminor: 0 }],
  ["a FIFO", { name: "x", type: "fifo" }],
  ["a path up", { name: "../../x", data: "evil" }],
  ["a path up in the middle", { name: "a/../../x", data: "evil" }],
  ["a folder up", { name: "../x", type: "directory" }],
  ["an absolute path", { name: "/tmp/universe-extract-evil", data: "evil" }],
  ["a terminal escape", { name: "a\u001b[2Jb", data: "evil" }],
  ["a line end", { name: "a\nb", data: "evil" }],
  ["a backslash path", { name: "..\\x", data: "evil" }],
  ["a name that no file system takes", { name: "n".repeat(300), data: "evil" }],
  ["a path that is far too long", { name: "n/".repeat(2_000), data: "evil" }],
])("refuses %s and goes on", async (_, entry) => {
  const { target, outcome, files, refused } = await extract(
    await makeArchive([entry, { name: "good", data: "good" }]),
  );
  expect(outcome).toBe(true);
  expect(files).toEqual([{ path: "good", bytes: 4, truncated: false }]);
  expect(refused).toHaveLength(1);
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  expect(refused[0]?.path).not.toMatch(/[\u0000-\u001f]/);
  expect(await readdir(target)).toEqual(["good"]);
});

test("refuses a file below a link that the same archive brought", async () => {
  const archive = await makeArchive([
    { name: "out", type: "symlink", linkname: "../" },
    { name: "out/evil", data: "evil" },
  ]);
  const { outer, target, refused } = await extract(archive);
  // The link was refused, so `out` becomes an ordinary folder.
  expect(refused.map(({ path }) => path)).toEqual(["out"]);
  expect(await readdir(outer)).toEqual(["in"]);
  expect(await readFile(join(target, "out/evil"), "utf8")).toBe("evil");
});

test("refuses paths through local links, local links themselves, and local folders and files in the way", async () => {
  const archive = await makeArchive([
    { name: "link/x", data: "evil" },
    { name: "link/deep/x", data: "evil" },
    { name: "file-link", data: "evil" },
    { name: "folder", data: "evil" },
    { name: "file/x", data: "evil" },
    { name: "file", data: "new" },
  ]);
  const { outer, target, files, refused } = await extract(archive, {
    prepare: async (folder) => {
      await mkdir(join(folder, "../outside"));
      await writeFile(join(folder, "../precious"), "precious");
      await symlink("../outside", join(folder, "link"));
      await symlink("../precious", join(folder, "file-link"));
      await mkdir(join(folder, "folder"));
      await writeFile(join(folder, "file"), "old");
    },
  });
  expect(refused.map(({ path }) => path)).toEqual(["link/x", "link/deep/x", "file-link", "folder", "file/x"]);
  expect(files.map(({ path }) => path)).toEqual(["file"]);
  expect(await readFile(join(target, "file"), "utf8")).toBe("new");
  expect(await readdir(join(outer, "outside"))).toEqual([]);
  expect(await readFile(join(outer, "precious"), "utf8")).toBe("precious");
});

test("refuses what was not asked for", async () => {
  const archive = await makeArchive([
    { name: "wanted", data: "1" },
    { name: "authorized_keys", data: "2" },
  ]);
  const { target, refused } = await extract(archive, { isWanted: (path) => path === "wanted" });
  expect(refused).toEqual([{ path: "authorized_keys", reason: "it was not asked for" }]);
  expect(await readdir(target)).toEqual(["wanted"]);
});

test("keeps the first bytes of a file beyond the cap and the files after it", async () => {
  const archive = await makeArchive([
    { name: "large", data: Buffer.alloc(100_000, "x") },
    { name: "exact", data: Buffer.alloc(1_000, "y") },
    { name: "small", data: "z" },
  ]);
  const { target, outcome, files } = await extract(archive, { limits: { maxFileBytes: 1_000 } });
  expect(outcome).toBe(true);
  expect(files).toEqual([
    { path: "large", bytes: 1_000, truncated: true },
    { path: "exact", bytes: 1_000, truncated: false },
    { path: "small", bytes: 1, truncated: false },
  ]);
  expect(await readFile(join(target, "large"), "utf8")).toBe("x".repeat(1_000));
});

test("ends at the cap of all bytes and says so", async () => {
  const archive = await makeArchive(["a", "b", "c"].map((name) => ({ name, data: Buffer.alloc(600) })));
  const { outcome, files, refused } = await extract(archive, { limits: { maxTotalBytes: 1_000 } });
  expect(outcome).toBe(false);
  expect(files.map(({ path }) => path)).toEqual(["a"]);
  expect(refused).toEqual([{ path: "b", reason: expect.stringContaining("1000 bytes") as string }]);
});

test("ends at the cap of files among 20,000", async () => {
  const archive = await makeArchive(
    Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}`, data: "" })),
  );
  const { target, outcome, files, refused } = await extract(archive, { limits: { maxFiles: 50 } });
  expect(outcome).toBe(false);
  expect(files).toHaveLength(50);
  expect(refused).toHaveLength(1);
  expect(await readdir(target)).toHaveLength(50);
});

test("ends, with a short list, when there are 20,000 entries that are no files", async () => {
  const archive = await makeArchive(
    Array.from({ length: 20_000 }, (_, index) => ({
      name: `l${index}`,
      type: "symlink" as const,
      linkname: "x",
    })),
  );
  const { outcome, refused } = await extract(archive, { limits: { maxFiles: 1_000 } });
  expect(outcome).toBe(false);
  expect(refused.length).toBeLessThan(300);
  expect(refused.at(-1)?.reason).toMatch(/more were refused/);
});

test("ends when a file that is not wanted never ends", async () => {
  const header = (await makeArchive([{ name: "x", data: "" }])).subarray(0, 512);
  const huge = withSize(header, 0o77777777777);
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield huge;
    for (const piece = Buffer.alloc(1024 * 1024); ; sent += piece.length) yield piece;
  }
  const { outcome, files, refused } = await extract(endless(), {
    limits: { maxTotalBytes: 1_000, maxFiles: 10 },
    isWanted: () => false,
  });
  expect(outcome).toBe(false);
  expect(files).toEqual([]);
  expect(refused.length).toBeGreaterThan(0);
  expect(sent).toBeLessThan(200 * 1024 * 1024);
});

test("fails on a declared size that never comes, and leaves no half file", async () => {
  const header = withSize((await makeArchive([{ name: "big", data: "" }])).subarray(0, 512), 0o7777777);
  const { target, outcome } = await extract(Buffer.concat([header, Buffer.alloc(5_000, "x")]));
  expect(outcome).toMatchObject({ code: "transfer_failed" });
  expect(await readdir(target)).toEqual([]);
});

test("fails on a stream that is cut off anywhere within an entry, and keeps the whole files before it", async () => {
  const archive = await makeArchive([
    { name: "first", data: "first" },
    { name: "second", data: Buffer.alloc(3_000, "s") },
  ]);
  // 1,024 bytes are the first entry; its header begins the second.
  for (const length of [1_024 + 100, 1_024 + 512, 1_024 + 512 + 2_000]) {
    const { target, outcome } = await extract(archive.subarray(0, length));
    expect(outcome).toMatchObject({ code: "transfer_failed" });
    expect(await readdir(target)).toEqual(["first"]);
  }
});

test("fails on garbage", async () => {
  for (const garbage of [Buffer.from("tar: command not found\n".repeat(100)), Buffer.alloc(2_000, 0xff)]) {
    const { target, outcome } = await extract(garbage);
    expect(outcome).toMatchObject({ code: "transfer_failed" });
    expect(await readdir(target)).toEqual([]);
  }
});

test("passes on what the source throws, and leaves no half file", async () => {
  const archive = await makeArchive([{ name: "big", data: Buffer.alloc(100_000) }]);
  const lost = new Error("lost");
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield archive.subarray(0, 50_000);
    throw lost;
  }
  const { target, outcome } = await extract(breaking());
  expect(outcome).toBe(lost);
  expect(await readdir(target)).toEqual([]);
});

test("takes the same file twice: the later one stays", async () => {
  const archive = await makeArchive([
    { name: "a", data: "old" },
    { name: "a", data: "newer" },
  ]);
  const { target, files } = await extract(archive);
  expect(files).toEqual([{ path: "a", bytes: 5, truncated: false }]);
  expect(await readFile(join(target, "a"), "utf8")).toBe("newer");
});

/** A header that declares another size. */
function withSize(header: Buffer, size: number): Buffer {
  const changed = Buffer.from(header);
  changed.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  changed.fill(" ", 148, 156);
  const sum = changed.reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return changed;
}
