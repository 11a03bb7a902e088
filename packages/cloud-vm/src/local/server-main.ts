/*
 * The program behind a local machine: `node server-main.ts <directory> <name>`.
 *
 * It is started detached and lives on when whoever started it is killed, as a virtual machine would. It ends when
 * another process is the machine's server, when the machine's folder is gone or another's, and at the machine's
 * expiry; in the last two cases it takes every command of the machine with it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "ssh2";
import { endProcesses, recordGroups } from "./end-processes.ts";
import { machineFolder, readRecord, type MachineRecord } from "./machine-folder.ts";
import { markersOf } from "./markers.ts";
import { removeMachine } from "./remove-machine.ts";
import { claimServer, publishPort } from "./server-claim.ts";
import { createSshServer } from "./ssh-server.ts";

const WATCH_INTERVAL_MS = 1000;

const [directory, name] = process.argv.slice(2);
if (directory === undefined || name === undefined)
  throw new Error("usage: server-main <directory> <machine name>");
process.exitCode = await serve(directory, machineFolder(directory, name));
process.exit();

async function serve(machines: string, folder: string): Promise<number> {
  const machine = await readRecord(folder);
  if (machine === null) return 0;
  const hostPrivateKey = await readFile(join(folder, "host_key"), "utf8");
  const won = await claimServer(folder);
  if (won === null) return 0;

  const groups = new Set<number>();
  const server = createSshServer({
    machine,
    folder,
    hostPrivateKey,
    onStart: (child) => {
      const { pid } = child;
      if (pid === undefined) return;
      groups.add(pid);
      child.on("close", () => {
        if (!groupLives(pid)) groups.delete(pid);
      });
      void recordGroups(folder, groups).catch(() => {});
    },
  });
  const port = await listen(server, won.previousPort);
  await publishPort(folder, won.claim, port);

  for (;;) {
    await sleep(WATCH_INTERVAL_MS);
    const now = await readRecord(folder).catch((): MachineRecord => machine); // damaged is not gone
    if (now === null || now.id !== machine.id) {
      server.close();
      await endProcesses(markersOf(machine, { server: false }), folder);
      return 0;
    }
    if (Date.now() >= now.expiresAt.getTime()) {
      server.close();
      await removeMachine(machines, machine.name);
      return 0;
    }
  }
}

/** Listens on the port that the machine had before, so that known endpoints stay true; on any free one otherwise. */
async function listen(server: Server, previousPort: number | null): Promise<number> {
  for (const port of previousPort === null ? [0] : [previousPort, 0]) {
    const listening = await new Promise<boolean>((resolve, reject) => {
      server.once("error", (error: Error) => (port === 0 ? reject(error) : resolve(false)));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!listening) continue;
    const address: unknown = server.address();
    if (typeof address === "object" && address !== null) {
      const actual: unknown = Reflect.get(address, "port");
      if (typeof actual === "number") return actual;
    }
  }
  throw new Error("no loopback port is free");
}

function groupLives(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
