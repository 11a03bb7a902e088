import { randomUUID } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { checkName, checkRequest, checkTags } from "../check-request.ts";
import { MachineError } from "../errors.ts";
import { generateSshKeyPair } from "../keys.ts";
import type { Machine, MachineRequest, MachineTags } from "../machine.ts";
import type { MachinePrice, MachineProvider } from "../provider.ts";
import { hasTags, sameTags } from "../tags.ts";
import { localUsername } from "./environment.ts";
import {
  buildFolder,
  homeOf,
  isMissing,
  listDirectory,
  machineFolder,
  readRecord,
  writeRecord,
  type MachineRecord,
} from "./machine-folder.ts";
import { finishRemovals, removeDebris, removeMachine } from "./remove-machine.ts";
import { answeringPort, ensureServer } from "./start-server.ts";

export interface LocalProviderOptions {
  /** Where the machines lie, one folder each. Made when needed. */
  readonly directory: string;
  /** The Node.js binary that runs the SSH servers and comes first in the commands' PATH; default: the current one. */
  readonly nodePath?: string;
  /** A machine ends itself, with everything in it, this long after its creation; fractions are fine. Default 24. */
  readonly ttlHours?: number;
}

const MS_PER_HOUR = 3_600_000;
const MAX_ATTEMPTS = 5;
const HOUR_LIMIT = 24 * 366;

/**
 * Machines on this computer: each a folder behind an SSH server of its own on a loopback port.
 *
 * Commands run as the current user, with the machine's `home/` as HOME and working folder and a small environment
 * of their own. **Nothing is isolated**: a command can read and change whatever the user can. The server is a
 * process of its own, so a machine lives on when its creator is killed, as a virtual machine would.
 *
 * Throws `MachineError`s: `invalid_request`, `name_taken`, `create_failed`, `destroy_failed` (retryable when
 * processes could not be ended), `unreachable` (not retryable: machine.json is damaged, or the directory cannot be read).
 */
export function localProvider(options: LocalProviderOptions): MachineProvider {
  const ttlHours = options.ttlHours ?? 24;
  if (!(ttlHours > 0 && ttlHours <= HOUR_LIMIT)) {
    throw new MachineError(
      "invalid_request",
      `ttlHours is ${ttlHours}. Give a number of hours above 0 and at most ${HOUR_LIMIT}.`,
    );
  }
  const nodePath = options.nodePath ?? process.execPath;

  /** Absolute and free of links: commands see it as HOME. null: nothing was ever created there. */
  const existingDirectory = async (): Promise<string | null> => {
    try {
      return await realpath(options.directory);
    } catch (error) {
      if (isMissing(error)) return null;
      throw unreadable(options.directory, error);
    }
  };

  return {
    kind: "local",
    isolation:
      "Isolates nothing: commands run as you, on this computer, with access to everything you have; machines are kept apart only by their HOME folders.",

    async create(request: MachineRequest, signal?: AbortSignal): Promise<Machine> {
      checkRequest(request);
      signal?.throwIfAborted();
      const directory = await makeDirectory(options.directory);
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        signal?.throwIfAborted();
        await finishRemovals(directory, request.name, signal);
        const record = await adoptOrBuild(directory, request, ttlHours);
        if (record === null) continue;
        await ensureServer(directory, record, nodePath, signal);
        const machine = await describe(directory, request.name, signal);
        if (machine !== null && machine.state === "running") return machine;
        // destroyed by somebody else meanwhile: create it anew
      }
      throw new MachineError(
        "create_failed",
        `Machine ${request.name} went away ${MAX_ATTEMPTS} times while it was being created. See that nobody else destroys it, then create it again.`,
        { machine: request.name, provider: "local", retryable: true },
      );
    },

    async get(name: string, signal?: AbortSignal): Promise<Machine | null> {
      checkName(name);
      signal?.throwIfAborted();
      const directory = await existingDirectory();
      return directory === null ? null : await describe(directory, name, signal);
    },

    async list(tags: MachineTags, signal?: AbortSignal): Promise<Machine[]> {
      checkTags(tags);
      signal?.throwIfAborted();
      const directory = await existingDirectory();
      if (directory === null) return [];
      const entries = await listDirectory(directory).catch((error: unknown) => {
        throw unreadable(directory, error);
      });
      const names = [...new Set(entries.filter(({ kind }) => kind !== "creating").map(({ name }) => name))];
      const machines = await Promise.all(names.map((name) => describe(directory, name, signal)));
      return machines
        .filter((machine): machine is Machine => machine !== null && hasTags(machine.tags, tags))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    },

    async destroy(name: string, signal?: AbortSignal): Promise<void> {
      checkName(name);
      signal?.throwIfAborted();
      const directory = await existingDirectory();
      if (directory === null) return;
      try {
        await removeMachine(directory, name, signal);
      } catch (error) {
        if (error instanceof MachineError || signal?.aborted === true) throw error;
        throw new MachineError(
          "destroy_failed",
          `Machine ${name} could not be removed from ${directory}: ${messageOf(error)}. Put that right and destroy it again.`,
          { machine: name, provider: "local", retryable: true, cause: error },
        );
      }
    },

    price: async (): Promise<MachinePrice> => ({
      usdPerHour: 0,
      source: "This computer; nothing is rented.",
    }),
  };
}

/** The record of the machine under that name, made if there is none; null: the place changed meanwhile, look again. */
async function adoptOrBuild(
  directory: string,
  request: MachineRequest,
  ttlHours: number,
): Promise<MachineRecord | null> {
  const folder = machineFolder(directory, request.name);
  const existing = await readRecord(folder).catch((error: unknown) => {
    throw damaged(request.name, folder, error);
  });
  if (existing === null) {
    await removeDebris(directory, request.name);
    return await build(directory, request, ttlHours);
  }
  if (!sameTags(existing.tags, request.tags)) {
    throw new MachineError(
      "name_taken",
      `Machine ${request.name} exists with other tags: ${JSON.stringify(existing.tags)}, not ${JSON.stringify(request.tags)}. Choose another name, or destroy it.`,
      { machine: request.name, provider: "local" },
    );
  }
  if (existing.authorizedKey === request.authorizedKey) return existing;
  const adopted = { ...existing, authorizedKey: request.authorizedKey };
  try {
    await writeRecord(folder, adopted);
    return adopted;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function build(
  directory: string,
  request: MachineRequest,
  ttlHours: number,
): Promise<MachineRecord | null> {
  const hostKeys = generateSshKeyPair(request.name);
  const createdAt = new Date();
  const record: MachineRecord = {
    name: request.name,
    id: randomUUID(),
    tags: request.tags,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + ttlHours * MS_PER_HOUR),
    authorizedKey: request.authorizedKey,
    hostKey: hostKeys.publicKey,
  };
  try {
    return (await buildFolder(directory, record, hostKeys.privateKey)) ? record : null;
  } catch (error) {
    throw new MachineError(
      "create_failed",
      `The folder of machine ${request.name} cannot be made in ${directory}: ${messageOf(error)}. Choose a directory that you can write to and that has space.`,
      { machine: request.name, provider: "local", cause: error },
    );
  }
}

/** The machine as it is now; null when there is none. */
async function describe(directory: string, name: string, signal?: AbortSignal): Promise<Machine | null> {
  const folder = machineFolder(directory, name);
  const record = await readRecord(folder).catch((error: unknown) => {
    throw damaged(name, folder, error);
  });
  if (record === null) return await describeDeleting(directory, name);
  const port = await answeringPort(folder, record.id, signal);
  return {
    name,
    id: folder,
    provider: "local",
    state: port === null ? "stopped" : "running",
    createdAt: record.createdAt,
    tags: record.tags,
    ssh:
      port === null
        ? null
        : {
            host: "127.0.0.1",
            port,
            username: localUsername(),
            hostKeys: [record.hostKey],
            home: homeOf(folder),
          },
  };
}

async function describeDeleting(directory: string, name: string): Promise<Machine | null> {
  for (const entry of await listDirectory(directory)) {
    if (entry.kind !== "deleting" || entry.name !== name) continue;
    const record = await readRecord(entry.folder).catch(() => null);
    return {
      name,
      id: entry.folder,
      provider: "local",
      state: "deleting",
      createdAt: record?.createdAt ?? new Date(0),
      tags: record?.tags ?? {},
      ssh: null,
    };
  }
  return null;
}

async function makeDirectory(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return await realpath(directory);
  } catch (error) {
    throw new MachineError(
      "create_failed",
      `The directory for machines ${directory} cannot be made: ${messageOf(error)}. Choose one that you can write to.`,
      { provider: "local", cause: error },
    );
  }
}

function unreadable(directory: string, cause: unknown): MachineError {
  return new MachineError(
    "unreachable",
    `The directory for machines ${directory} cannot be read: ${messageOf(cause)}. Whether machines exist is unknown until it can.`,
    { provider: "local", retryable: false, cause },
  );
}

function damaged(name: string, folder: string, cause: unknown): MachineError {
  return new MachineError(
    "unreachable",
    `What ${folder}/machine.json says of machine ${name} cannot be read: ${messageOf(cause)}. Save what you need from ${folder}/home, then destroy the machine.`,
    { machine: name, provider: "local", retryable: false, cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
