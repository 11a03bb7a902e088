import { MachineError } from "../errors.ts";
import { connectHost } from "./host-connection.ts";
import { hostActs, type Host, type Sighting } from "./host-acts.ts";
import type { HostEntry } from "./inventory.ts";

/** A host and what it said. */
export interface Answer {
  readonly host: Host;
  readonly sighting: Sighting;
}

/** A host that did not answer, and why. */
interface Silence {
  readonly entry: HostEntry;
  readonly reason: MachineError;
}

/** Connections to all hosts of an inventory that answer; `await using` closes them. */
export interface AskedHosts extends AsyncDisposable {
  readonly answers: readonly Answer[];
  readonly silent: readonly Silence[];
  /** Asks those that answered once more, all but the one whose newest answer is known. */
  again(known: Answer | null): Promise<readonly Answer[]>;
  /** Throws `unreachable` when any host did not answer: what it holds is unknown, not gone. */
  requireAll(what: string): void;
}

/** Connects to all hosts in parallel and asks each for its lease. A wrong host key is thrown at once. */
export async function askHosts(
  inventory: readonly HostEntry[],
  privateKey: string | Buffer,
  name: string,
  signal?: AbortSignal,
): Promise<AskedHosts> {
  const stack = new AsyncDisposableStack();
  const answers: Answer[] = [];
  const silent: Silence[] = [];
  const ask = async (entry: HostEntry): Promise<Answer | Silence> => {
    try {
      const connection = await connectHost(
        {
          host: entry.host,
          port: entry.port ?? 22,
          username: entry.username,
          hostKeys: entry.hostKeys,
        },
        { privateKey, ...(signal === undefined ? {} : { signal }) },
      );
      stack.use(connection);
      const host = hostActs(entry, connection, signal);
      return { host, sighting: await host.look(name) };
    } catch (error) {
      if (error instanceof MachineError && error.code === "unreachable") return { entry, reason: error };
      throw error;
    }
  };
  const results = await Promise.allSettled(inventory.map(ask));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await stack.disposeAsync();
    throw failed.reason;
  }
  for (const result of results) {
    if (result.status !== "fulfilled") continue;
    if ("host" in result.value) answers.push(result.value);
    else silent.push(result.value);
  }
  return {
    answers,
    silent,
    again: (known) =>
      Promise.all(
        answers.map(async ({ host }) =>
          host === known?.host ? known : { host, sighting: await host.look(name) },
        ),
      ),
    requireAll: (what) => {
      const [first] = silent;
      if (first === undefined) return;
      throw new MachineError(
        "unreachable",
        `${silent.length} of ${inventory.length} hosts do not answer (${silent.map(({ entry }) => entry.name).join(", ")}), so ${what}. Bring them back, or take them out of the inventory once they hold nothing. ${first.reason.message}`,
        {
          provider: "hosts",
          retryable: silent.every(({ reason }) => reason.retryable),
          cause: first.reason,
        },
      );
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
