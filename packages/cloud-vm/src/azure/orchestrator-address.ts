import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { MachineError } from "../errors.ts";

// A range this wide is hardly one organization's any more, and 0.0.0.0/0 is everybody.
const SHORTEST_PREFIX = { 4: 8, 6: 32 } as const;

/** `198.51.100.7`, `198.51.100.0/24` or the IPv6 forms, as Azure's rules take it; throws `invalid_request` otherwise. */
export function checkAddress(text: string): string {
  const [address = "", prefix, ...rest] = text.trim().split("/");
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if ((version !== 4 && version !== 6) || rest.length > 0 || !(length <= bits))
    throw refused(text, "it is neither an address nor a range such as 198.51.100.0/24");
  if (length < SHORTEST_PREFIX[version])
    throw refused(text, `it lets in whole parts of the internet; /${SHORTEST_PREFIX[version]} is the widest`);
  if (/^(?:0\.0\.0\.0|::)$/.test(address)) throw refused(text, "it is no address of a computer");
  return prefix === undefined ? address : `${address}/${length}`;
}

function refused(text: string, why: string): MachineError {
  return new MachineError(
    "invalid_request",
    `${JSON.stringify(text.slice(0, 80))} cannot be the orchestrator's address: ${why}. Give the address that machines see, or 'auto'.`,
    { provider: "azure" },
  );
}

/** Asks web services for the address that this computer has on the internet; the first that answers counts. */
export async function askAddress(services: readonly string[], signal?: AbortSignal): Promise<string> {
  const failures: string[] = [];
  for (const service of services) {
    try {
      const limit = AbortSignal.timeout(10_000);
      const response = await fetch(service, {
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        redirect: "error",
      });
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      const text = (await response.text()).slice(0, 200).trim();
      // Machines have IPv4 addresses, so that is what they will see.
      if (isIP(text) !== 4) throw new Error("its answer is no IPv4 address");
      return checkAddress(text);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      failures.push(`${service}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new MachineError(
    "unreachable",
    `This computer's address on the internet could not be found (${failures.join("; ")}). Set orchestratorIp to it.`,
    { provider: "azure" },
  );
}

/** The address that this computer has in its own network. */
export function privateAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined)
    throw new MachineError(
      "unreachable",
      "This computer has no address in a private network. Set orchestratorIp to the one that machines see.",
      { provider: "azure", retryable: false },
    );
  return found.address;
}
