import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm } from "node:fs/promises";
import { DiscoveryError } from "../errors.ts";

/**
 * Holds `file` for this process by a file of its own beside it, which names the process. That of a process that is gone is
 * taken over.
 *
 * @throws DiscoveryError `busy`
 */
export async function holdFile(file: string): Promise<AsyncDisposable> {
  const lock = `${file}.lock`;
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      await using handle = await open(lock, "wx", 0o600);
      await handle.writeFile(String(process.pid));
      return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(lock, "utf8").catch(() => ""));
    if (holder > 0 && isAlive(holder))
      throw new DiscoveryError(
        "busy",
        `Process ${holder} works with ${file}. Wait until it ends; if it is no 'uo' any more, remove ${lock}.`,
      );
    await takeAway(lock, holder);
  }
  throw new DiscoveryError("busy", `Others took ${file} again and again. Try again.`);
}

/** Removes the file of a process that is gone; puts it back where somebody else took it over meanwhile. */
async function takeAway(lock: string, holder: number): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const found = Number(await readFile(aside, "utf8"));
  if (found !== holder && isAlive(found)) await link(aside, lock).catch(() => {});
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
