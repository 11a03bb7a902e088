import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

const prefix = ".universe-tmp-";
const owner = /^\.universe-tmp-(.+)-(\d+)-[^-]+$/;

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a folder inside `parent`, hence on its file system, that is removed on disposal. Its name carries this
 * computer's name and process: what a killed process left in `parent` is removed here, on the next occasion.
 */
export async function temporaryFolder(parent: string): Promise<TemporaryFolder> {
  await mkdir(parent, { recursive: true });
  await removeOrphans(parent);
  const path = await mkdtemp(join(parent, `${prefix}${host()}-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => remove(path) };
}

async function removeOrphans(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, computer, pid] = owner.exec(name) ?? [];
    if (computer !== host() || isAlive(Number(pid))) continue;
    // An orphaned git may still write into it: what stays is removed the next time.
    await remove(join(parent, name)).catch(() => {});
  }
}

const host = (): string => hostname().replaceAll(/[^A-Za-z0-9.]/g, "_");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
