import { type FileHandle, mkdir, mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import type * as FileSystem from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

/*
 * A process that is killed between two calls leaves the file system as it is after the first of them. So every call that
 * changes files is counted, and at the n-th the writer stops for good, before or after it: a promise that never settles
 * runs no clean-up code, as SIGKILL does not. Then a fresh writer carries on.
 */
const gate = vi.hoisted(() => ({
  armed: false,
  stopAt: 0,
  after: false,
  calls: 0,
  stopped: (): void => undefined,
  during: null as (() => Promise<void>) | null,
}));

vi.mock("node:fs/promises", async (importOriginal) => {
  const real = await importOriginal<typeof FileSystem>();
  const forever = new Promise<never>(() => undefined);
  type Act = (...args: never[]) => Promise<unknown>;
  const gated = (act: Act): Act => {
    return async (...args) => {
      if (!gate.armed) return await act(...args);
      gate.calls += 1;
      if (gate.calls !== gate.stopAt) return await act(...args);
      if (gate.during !== null) {
        // The one window that no user of rename can close.
        if (!String(args[0]).endsWith(".draft")) await gate.during();
        return await act(...args);
      }
      const done = gate.after ? await act(...args) : undefined;
      await (done as FileHandle | undefined)?.close(); // as the end of the process would
      gate.stopped();
      return await forever;
    };
  };
  return {
    ...real,
    open: gated(real.open),
    rename: gated(real.rename),
    rm: gated(real.rm),
    mkdir: gated(real.mkdir),
  };
});

const { readGenerated } = await import("./generated-file.ts");
const { writeProtected } = await import("./write-protected.ts");

/** Runs the act until its n-th call; false: it ended before. */
async function killedAt(stopAt: number, after: boolean, act: () => Promise<unknown>): Promise<boolean> {
  const killed = new Promise<boolean>((resolve) => (gate.stopped = () => resolve(true)));
  Object.assign(gate, { armed: true, stopAt, after, calls: 0 });
  try {
    return await Promise.race([killed, act().then(() => false)]);
  } finally {
    gate.armed = false;
  }
}

const first = "Subject: 3 PRs\n\nHi Ada,\n\n3 commits.\n\nThanks,\nGrace\n";
const second = first.replaceAll("3", "4");
const third = first.replaceAll("3", "5");
const greeting = (text: string): string => text.replace("Hi Ada,", "Dear Ada,");
const clashing = (text: string): string => text.replace(/. commits\./, "A few commits.");

interface Scene {
  readonly name: string;
  readonly prepare: (path: string) => Promise<void>;
  readonly replace?: boolean;
  /** What may lie in the draft after the kill: nothing but whole texts. */
  readonly drafts: readonly (string | null)[];
  /** What lies there after the same text is written again, and then after the third one. */
  readonly resumed: string;
  readonly next: string;
}

const edit =
  (change: (text: string) => string) =>
  async (path: string): Promise<void> => {
    await writeProtected({ path, text: first });
    await writeFile(path, change(first));
  };

const scenes: readonly Scene[] = [
  { name: "no draft", prepare: async () => undefined, drafts: [null, second], resumed: second, next: third },
  {
    name: "a draft that was removed",
    prepare: async (path) => await (await edit(greeting)(path), unlink(path)),
    drafts: [null, second],
    resumed: second,
    next: third,
  },
  {
    name: "an untouched draft",
    prepare: edit((text) => text),
    drafts: [first, second],
    resumed: second,
    next: third,
  },
  {
    name: "an edit that merges",
    prepare: edit(greeting),
    drafts: [greeting(first), greeting(second)],
    resumed: greeting(second),
    next: greeting(third),
  },
  {
    name: "an edit that clashes",
    prepare: edit(clashing),
    drafts: [clashing(first)],
    resumed: clashing(first),
    next: clashing(first),
  },
  {
    name: "an edit to replace",
    prepare: edit(clashing),
    replace: true,
    drafts: [clashing(first), second],
    resumed: second,
    next: third,
  },
];

const readOrNull = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);

test.each(scenes)(
  "killed at any point with $name: nothing torn, nothing lost, nothing stale",
  { timeout: 120_000 },
  async (scene) => {
    let points = 0;
    for (const after of [false, true]) {
      for (let stopAt = 1; ; stopAt += 1) {
        const folder = await mkdtemp(join(tmpdir(), "uo-kill-"));
        try {
          const path = join(folder, "email_1.md");
          await mkdir(folder, { recursive: true });
          await scene.prepare(path);
          const replace = scene.replace ?? false;
          const killed = await killedAt(stopAt, after, () => writeProtected({ path, text: second, replace }));
          points += killed ? 1 : 0;
          expect(scene.drafts).toContain(await readOrNull(path));
          expect([null, first, second]).toContain(await readGenerated(path));

          // Half of the restarts are killed too, one call later.
          if (stopAt % 2 === 0)
            await killedAt(stopAt / 2, after, () => writeProtected({ path, text: second, replace }));
          await writeProtected({ path, text: second, replace });
          expect(await readOrNull(path)).toBe(scene.resumed);
          // The base is right: what is not a person's is replaced, what is a person's stays.
          await writeProtected({ path, text: third });
          expect(await readOrNull(path)).toBe(scene.next);
          if (scene.name === "an edit that clashes")
            expect(await readOrNull(join(folder, "email_1.new.md"))).toBe(third);
          if (replace) expect(await readOrNull(join(folder, "email_1.bak-1.md"))).toBe(clashing(first));
          if (!killed) break;
        } finally {
          await rm(folder, { recursive: true, force: true, maxRetries: 5 });
        }
      }
    }
    expect(points).toBeGreaterThanOrEqual(8);
  },
);

test(
  "an edit made between the kill and the restart survives, wherever the kill was",
  { timeout: 120_000 },
  async () => {
    for (const after of [false, true]) {
      for (let stopAt = 1; ; stopAt += 1) {
        const folder = await mkdtemp(join(tmpdir(), "uo-kill-"));
        try {
          const path = join(folder, "email_1.md");
          await writeProtected({ path, text: first });
          const killed = await killedAt(stopAt, after, () => writeProtected({ path, text: second }));
          const found = (await readOrNull(path)) ?? "";
          await writeFile(path, greeting(found));
          await writeProtected({ path, text: third });
          expect(await readOrNull(path)).toBe(greeting(third));
          // Back to the very first text: what a kill left must not pass for the person's.
          await writeProtected({ path, text: first });
          expect(await readOrNull(path)).toBe(greeting(first));
          if (!killed) break;
        } finally {
          await rm(folder, { recursive: true, force: true, maxRetries: 5 });
        }
      }
    }
  },
);

test("an edit saved at any moment of the writing is found and merged", { timeout: 120_000 }, async () => {
  for (let stopAt = 1; ; stopAt += 1) {
    const folder = await mkdtemp(join(tmpdir(), "uo-kill-"));
    try {
      const path = join(folder, "email_1.md");
      await writeProtected({ path, text: first });
      let saved = false;
      gate.during = async () => {
        saved = true;
        const found = await readFile(path, "utf8");
        await writeFile(path, greeting(found));
      };
      const result = await killedAt(stopAt, false, () => writeProtected({ path, text: second }));
      expect(result).toBe(false);
      expect(await readOrNull(path)).toBe(saved ? greeting(second) : second);
      await writeProtected({ path, text: third });
      expect(await readOrNull(path)).toBe(saved ? greeting(third) : third);
      if (gate.calls < stopAt) break;
    } finally {
      gate.during = null;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
});
