import { readFile } from "node:fs/promises";
import { MachineError } from "../errors.ts";
import type { HostConnection } from "./host-connection.ts";
import type { HostEntry } from "./inventory.ts";
import { leaseText, parseLease, type Lease } from "./lease.ts";

/** A claim that is not finished within this time is abandoned: its maker was killed. */
const GRACE_MINUTES = 5;
const SCRIPT = new URL("../../host/machine.sh", import.meta.url);
const MAX_LEASE_BYTES = 60_000;

/** What a host said of itself. */
export interface Sighting {
  /** The folder of all machines on it, absolute. */
  readonly directory: string;
  /** Whether the folder of the machine that was asked for is there. */
  readonly hasFolder: boolean;
  readonly lease: Lease | null;
  /** The lease's text; "" when there is none. Text that is no lease still means that the host is taken. */
  readonly leaseText: string;
  /** The lease has not been touched for longer than a claim takes. */
  readonly isAbandoned: boolean;
}

/** A connected host of the inventory. Every act is one command, safe to repeat, and says what is there afterwards. */
export interface Host {
  readonly entry: HostEntry;
  look(name: string): Promise<Sighting>;
  claim(lease: Lease): Promise<Sighting>;
  /** Makes the lease `held` if it still has the expected text, and then the machine's home; lets the key in. */
  hold(expected: string, lease: Lease, key: string): Promise<Sighting>;
  /** Makes the lease `deleting` if it still has the expected text; then cleans the host and gives the lease back. */
  remove(expected: string, lease: Lease): Promise<Sighting>;
  /** Cleans the host; its lease stays. */
  wipe(name: string, id: string | null): Promise<Sighting>;
  /** Gives the lease back if it still has the expected text. */
  release(expected: string): Promise<Sighting>;
}

/** The acts on a host over a connection. */
export function hostActs(entry: HostEntry, connection: HostConnection, signal?: AbortSignal): Host {
  const act = async (name: string, values: Partial<Record<Variable, string>>): Promise<Sighting> => {
    const { exitCode, stdout, stderr } = await connection.run("exec sh -s", {
      stdin: `${assignments(entry, values)}\n${await readFile(SCRIPT, "utf8")}\nact ${name}\n`,
      ...(signal === undefined ? {} : { signal }),
    });
    const sighting = exitCode === 0 ? readSighting(stdout) : null;
    if (sighting === null) throw actFailed(entry, name, exitCode, stderr);
    return sighting;
  };
  return {
    entry,
    look: (name) => act("look", { NAME: name }),
    claim: (lease) => act("claim", { NAME: lease.name, ID: lease.id, LEASE: cappedText(lease) }),
    hold: (expected, lease, key) => {
      const held: Lease = { ...lease, state: "held" };
      return act("hold", {
        NAME: lease.name,
        ID: lease.id,
        EXPECTED: expected,
        LEASE: cappedText(held),
        KEY: key,
      });
    },
    remove: (expected, lease) => {
      const deleting: Lease = { ...lease, state: "deleting" };
      return act("remove", {
        NAME: lease.name,
        ID: lease.id,
        EXPECTED: expected,
        LEASE: cappedText(deleting),
      });
    },
    wipe: (name, id) => act("wipe", { NAME: name, ID: id ?? "" }),
    release: (expected) => act("release", { EXPECTED: expected, ID: parseLease(expected)?.id ?? "unknown" }),
  };
}

type Variable = "NAME" | "ID" | "EXPECTED" | "LEASE" | "KEY";

function assignments(entry: HostEntry, values: Partial<Record<Variable, string>>): string {
  const all = {
    DIR: entry.directory ?? "",
    KEYS: entry.authorizedKeysFile ?? "",
    GRACE: String(GRACE_MINUTES),
    NAME: "",
    ID: "",
    EXPECTED: "",
    LEASE: "",
    KEY: "",
    ...values,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}='${value.replaceAll("'", String.raw`'\''`)}'`)
    .join("\n");
}

function cappedText(lease: Lease): string {
  const text = leaseText(lease);
  if (Buffer.byteLength(text) > MAX_LEASE_BYTES) {
    throw new MachineError(
      "invalid_request",
      `The tags of machine ${lease.name} are larger than ${MAX_LEASE_BYTES} bytes. Shorten them.`,
      {
        machine: lease.name,
        provider: "hosts",
      },
    );
  }
  return text;
}

/** A login script may print before our first line; everything up to it is left out. */
function readSighting(stdout: string): Sighting | null {
  const match =
    /(?:^|\n)universe-hosts 1\ndir (\/[^\n]*)\nfolder (yes|no)\nabandoned (yes|no)\nlease ([\s\S]*)$/.exec(
      stdout,
    );
  if (match?.[1] === undefined) return null;
  const text = match[4] ?? "";
  return {
    directory: match[1],
    hasFolder: match[2] === "yes",
    lease: parseLease(text),
    leaseText: text,
    isAbandoned: match[3] === "yes",
  };
}

function actFailed(entry: HostEntry, act: string, exitCode: number | null, stderr: string): MachineError {
  const said = stderr
    .trim()
    .slice(-500)
    .replace(/\p{Cc}/gu, " ");
  const code =
    act === "wipe" || act === "release" ? "destroy_failed" : act === "look" ? "unreachable" : "create_failed";
  return new MachineError(
    code,
    `Host ${entry.name} ${exitCode === 3 ? said : `could not do '${act}' (exit status ${exitCode}): ${said === "" ? "it said nothing" : said}`}. Put that right on the host, then try again.`,
    { provider: "hosts", retryable: code !== "create_failed" },
  );
}
