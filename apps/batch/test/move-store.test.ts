import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { openStore } from "@universe-optimize/pipeline/compose";
import { openPostgresStore } from "@universe-optimize/state-store/postgres";
import { expect, it } from "vitest";
import { startPostgres } from "@universe-optimize/test-servers/postgres";

const UO = fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url));
const exec = promisify(execFile);

it("moves a campaign to PostgreSQL and back with one command, and lets nobody go on in the one that was left", async () => {
  await using server = await startPostgres();
  const folder = await mkdtemp(join(tmpdir(), "uo-move-"));
  try {
    const uo = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
      const { DATABASE_URL: _none, ...environment } = process.env;
      return await exec(process.execPath, [UO, ...args, "--campaign", folder], { env: environment }).then(
        ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          out: error.stdout,
          err: error.stderr,
        }),
      );
    };
    const setUrl = (url: string | null): Promise<void> =>
      writeFile(join(folder, ".env"), url === null ? "" : `DATABASE_URL=${url}\n`);
    await writeFile(join(folder, "universe.config.json"), JSON.stringify({ campaign: "spring-2" }));
    const paths = campaignPaths(folder);
    {
      await using store = await openStore(paths);
      const contact = { company: null, contact_name: null, contact_email: null, contact_title: null };
      await store.syncProjects([{ id: "a", repo: "o/n", language: "go", ...contact }]);
      const { name, fence } = (await store.acquireLease("project:a", "somebody else", 60_000))!;
      await store.createRun({ lease: name, fence }, "a", "fork");
    }
    expect(await uo("store", "copy", "--to", "postgres")).toMatchObject({
      code: 1,
      err: expect.stringContaining("DATABASE_URL names no database"),
    });
    await setUrl(server.url);
    // The server knows nothing of the run: going on would begin it anew.
    await expect(openStore(paths)).rejects.toMatchObject({ code: "not_now" });
    const busy = await uo("store", "copy", "--to", "postgres");
    expect(busy).toMatchObject({ code: 1, err: expect.stringContaining("is working on a") });
    await setUrl(null);
    {
      await using store = await openStore(paths);
      const lease = (await store.lease("project:a"))!;
      await store.releaseLease({ lease: lease.name, fence: lease.fence });
    }
    await setUrl(server.url);
    const there = await uo("store", "copy", "--to", "postgres", "--json");
    expect(there.err).toBe("");
    expect(JSON.parse(there.out)).toMatchObject({ ok: true, to: "postgres", setAside: null });
    const runs = { id: 0 };
    {
      await using store = await openStore(paths);
      const { name, fence } = (await store.acquireLease("project:a", "me", 60_000))!;
      expect(fence).toBeGreaterThan(1);
      const [run] = await store.unfinishedRuns();
      runs.id = (await store.beginStep({ lease: name, fence }, run!.id, "fork")).id;
      await store.releaseLease({ lease: name, fence });
    }
    await setUrl(null);
    await expect(openStore(paths)).rejects.toThrow("went on from universe_optimize.db to PostgreSQL");
    await expect(openStore(paths, { readonly: true })).rejects.toThrow("Set DATABASE_URL");

    await setUrl(server.url);
    expect((await uo("store", "copy", "--to", "sqlite")).err).toBe("");
    await expect(openStore(paths)).rejects.toThrow("went on from PostgreSQL to universe_optimize.db");
    await setUrl(null);
    {
      await using store = await openStore(paths);
      const [run] = await store.unfinishedRuns();
      expect((await store.steps(run!.id)).map(({ id }) => id)).toEqual([runs.id]);
      expect(await store.lease("project:a")).toBeNull();
    }
    expect((await readdir(folder)).filter((name) => name.includes(".left-"))).toHaveLength(1);

    await setUrl(server.url);
    const again = await uo("store", "copy", "--to", "postgres");
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining("lies in schema uo_spring_2_") });
    const schema = /schema (uo_[a-z0-9_]+) now/u.exec(again.out)![1]!;
    await using aside = await openPostgresStore(server.url, { schema });
    expect(await aside.projects()).toHaveLength(1);
    for (const { out, err } of [busy, there, again]) expect(out + err).not.toContain("only-for-tests");
  } finally {
    await rm(folder, { recursive: true });
  }
});
