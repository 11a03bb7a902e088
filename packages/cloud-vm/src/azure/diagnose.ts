import { createDefaultHttpClient, createPipelineRequest } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { MachineError } from "../errors.ts";
import type { DiagnoseOptions, ProviderCheck } from "../provider.ts";
import { asMachineError, isNotFound, kindOf, readArmFailure } from "./arm-errors.ts";
import { abortOption, type Azure } from "./azure.ts";
import { diagnoseRole } from "./diagnose-role.ts";
import { placements, placementText } from "./placements.ts";

/**
 * Checks, in the order in which they would stop a creation: credential, subscription, resource group, role, quota, address. What a
 * failed one makes pointless is left out. Changes nothing.
 */
export async function diagnoseAzure(
  azure: Azure,
  wish: DiagnoseOptions,
  signal?: AbortSignal,
): Promise<ProviderCheck[]> {
  const checks: ProviderCheck[] = [];
  const address = (): Promise<ProviderCheck> =>
    guarded("address", async () => await checkAddress(azure, signal), signal);
  for (const [name, check] of [
    ["credentials", checkCredentials],
    ["subscription", checkSubscription],
  ] as const) {
    const found = await guarded(name, async () => await check(azure, signal), signal);
    checks.push(found);
    if (found.state === "bad") return [...checks, await address()];
  }
  const rest = await Promise.all([
    guarded("group", async () => await checkGroup(azure, signal), signal),
    guarded("role", async () => await diagnoseRole(azure, signal), signal),
    guarded("quota", async () => await checkQuota(azure, wish), signal),
    address(),
  ]);
  return [...checks, ...rest];
}

/** A check that cannot be made is a finding, never an exception; except for the signal's. */
async function guarded(
  name: string,
  check: () => Promise<ProviderCheck>,
  signal?: AbortSignal,
): Promise<ProviderCheck> {
  try {
    return await check();
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    const said = asMachineError(error, "This could not be checked", "unreachable");
    if (said instanceof MachineError) return { name, state: "bad", message: said.message };
    throw error;
  }
}

async function checkCredentials({ clients, settings }: Azure, signal?: AbortSignal): Promise<ProviderCheck> {
  const name = "credentials";
  try {
    const token = await clients.credential.getToken(clients.scope, abortOption(signal));
    if (token !== null)
      return { name, state: "good", message: `a token for ${new URL(settings.resourceManagerUrl).host}` };
  } catch (error) {
    if (signal?.aborted === true || error instanceof MachineError) throw error;
    return { name, state: "bad", message: `${logIn} (${firstLine(error)})` };
  }
  return { name, state: "bad", message: logIn };
}

const logIn =
  "no Azure credential works: log in with 'az login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET";

const subscriptionSchema = z.object({ displayName: z.string().catch(""), state: z.string().catch("") });

async function checkSubscription({ clients, settings }: Azure, signal?: AbortSignal): Promise<ProviderCheck> {
  const name = "subscription";
  const id = settings.subscriptionId;
  const response = await clients.resources.pipeline.sendRequest(
    createDefaultHttpClient(),
    createPipelineRequest({
      url: `${settings.resourceManagerUrl}/subscriptions/${id}?api-version=2022-12-01`,
      method: "GET",
      ...abortOption(signal),
    }),
  );
  if (response.status === 200) {
    const { displayName, state } = subscriptionSchema.parse(JSON.parse(response.bodyAsText ?? "{}"));
    if (/^(?:disabled|deleted|warned)$/i.test(state))
      return {
        name,
        state: "bad",
        message: `subscription ${id} is ${state.toLowerCase()}: have it enabled in the Azure portal, or set subscriptionId to another`,
      };
    return { name, state: "good", message: `${printable(displayName)} (${id})` };
  }
  const code = /"code"\s*:\s*"(\w+)"/.exec(response.bodyAsText ?? "")?.[1] ?? String(response.status);
  if (response.status === 401 && code !== "InvalidAuthenticationTokenTenant")
    return { name: "credentials", state: "bad", message: `${logIn} (${code})` };
  return {
    name,
    state: "bad",
    message: `subscription ${id} is not to be had with this credential (${code}): correct subscriptionId ('az account list' shows yours), or log in to its tenant`,
  };
}

async function checkGroup({ clients, settings }: Azure, signal?: AbortSignal): Promise<ProviderCheck> {
  const name = "group";
  const { resourceGroup } = settings;
  try {
    const group = await clients.resources.resourceGroups.get(resourceGroup, abortOption(signal));
    return { name, state: "good", message: `resource group ${resourceGroup} in ${group.location}` };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return {
      name,
      state: "note",
      message: `resource group ${resourceGroup} will be made at the first start`,
    };
  }
}

async function checkQuota(azure: Azure, wish: DiagnoseOptions): Promise<ProviderCheck> {
  const name = "quota";
  const found: string[] = [];
  let machines = 0;
  const counted = new Set<string>();
  // Zones share a region's quota.
  for (const placement of placements(azure.settings).filter(
    ({ zone }, _index, all) => zone === (all[0]?.zone ?? null),
  )) {
    let quota;
    try {
      quota = await azure.quota.of(placement);
    } catch (error) {
      const failure = readArmFailure(error);
      if (failure === null || kindOf(failure) !== "forbidden") throw error;
      return {
        name,
        state: "note",
        message: `how much quota there is may not be read (${failure.code}): ask for the role Reader on the subscription`,
      };
    }
    if (quota === null) {
      found.push(`${placementText(placement)}: unknown`);
      continue;
    }
    const tightest = quota.rows.toSorted(
      (one, other) => one.limit - one.used - (other.limit - other.used),
    )[0];
    found.push(
      `${placementText(placement)}: room for ${quota.machines} (${tightest?.name} ${tightest?.used} of ${tightest?.limit} vCPUs used)`,
    );
    const key = `${placement.region} ${tightest?.name}`;
    if (!counted.has(key)) machines += quota.machines;
    counted.add(key);
  }
  const block = await azure.blocks.find(placements(azure.settings)[0] ?? unreachable());
  if (block !== null)
    found.push(`the first choice is blocked until ${block.until.toISOString()}: ${block.reason}`);
  const all = found.join("; ");
  if (machines >= wish.machines || found.every((text) => text.endsWith("unknown")))
    return { name, state: machines >= wish.machines ? "good" : "note", message: all };
  return {
    name,
    state: "bad",
    message: `${all}; ${wish.machines} at a time are wanted: ask for more quota in the Azure portal (Quotas), lower the concurrency, or name other sizes or regions`,
  };
}

function unreachable(): never {
  throw new TypeError("no placement is configured");
}

async function checkAddress({ shared, settings }: Azure, signal?: AbortSignal): Promise<ProviderCheck> {
  const from = await shared.address(signal);
  const how = settings.orchestratorIp === "auto" ? "found just now" : "as configured";
  return {
    name: "address",
    state: "good",
    message: `machines will let in SSH on port ${settings.sshPort} from ${from} alone (${how})`,
  };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return printable(text.split("\n")[0] ?? "");
}

function printable(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 300);
}
