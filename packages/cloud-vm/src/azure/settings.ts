import { MachineError } from "../errors.ts";
import type { AzureProviderOptions } from "./options.ts";
import type { AzureEvent } from "./events.ts";
import { processMemory, type Memory } from "./memory.ts";
import { checkAddress } from "./orchestrator-address.ts";

/** The options with every default filled in, checked. */
export interface AzureSettings {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly size: string;
  readonly diskGiB: number;
  readonly diskType: "Premium_LRS" | "StandardSSD_LRS" | "Standard_LRS";
  readonly adminUsername: string;
  readonly image: ImageReference;
  readonly resourceManagerUrl: string;
  readonly orchestratorIp: string;
  readonly addressServices: readonly string[];
  readonly sshPort: number;
  readonly hostKey: "cloud-init" | "run-command";
  readonly fallbacks: {
    readonly sizes: readonly string[];
    readonly zones: readonly string[];
    readonly regions: readonly string[];
  };
  readonly spot: {
    readonly enabled: boolean;
    readonly maxPriceUsd: number | null;
    readonly fallbackToRegular: boolean;
    readonly evictionPolicy: "Deallocate" | "Delete";
  };
  readonly network: "public" | "private";
  readonly subnetId: string | null;
  readonly scaleSet: { readonly name: string } | null;
  readonly ttlHours: number;
  readonly owner: string;
  readonly memory: Memory;
  readonly onEvent: (event: AzureEvent) => void;
  readonly pollIntervalMs: number;
  readonly sshTimeoutMs: number;
  readonly pricesUrl: string;
}

type ImageReference =
  | { readonly id: string }
  | { readonly publisher: string; readonly offer: string; readonly sku: string; readonly version: string };

/** Throws `invalid_request`, with the option's name. */
export function readSettings(options: AzureProviderOptions): AzureSettings {
  const location = options.location ?? "eastus";
  const regions = options.fallbacks?.regions ?? [];
  const size = options.size ?? "Standard_D4s_v5";
  const sizes = options.fallbacks?.sizes ?? [];
  const zones = options.fallbacks?.zones ?? [];
  const diskGiB = options.diskGiB ?? 128;
  const sshPort = options.sshPort ?? 22;
  const ttlHours = options.ttlHours ?? 24;
  const adminUsername = options.adminUsername ?? "azureuser";
  const network = options.network ?? "public";
  const subnetId = options.subnetId ?? null;
  const orchestratorIp = options.orchestratorIp ?? "auto";
  const maxPriceUsd = options.spot?.maxPriceUsd ?? null;

  const need = (good: boolean, option: string, value: unknown, rule: string): void => {
    if (!good)
      throw new MachineError(
        "invalid_request",
        `${option} is ${JSON.stringify(value)?.slice(0, 120)}. Give ${rule}.`,
        { provider: "azure" },
      );
  };
  need(
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(options.subscriptionId),
    "subscriptionId",
    options.subscriptionId,
    "the subscription's id ('az account show --query id')",
  );
  need(
    /^[-\w.()]{1,90}(?<!\.)$/.test(options.resourceGroup),
    "resourceGroup",
    options.resourceGroup,
    "1-90 letters, digits, - _ . ( )",
  );
  for (const region of [location, ...regions])
    need(/^[a-z0-9]{3,40}$/.test(region), "location", region, "a region's short name, such as eastus");
  for (const name of [size, ...sizes])
    need(/^[A-Za-z0-9_-]{3,60}$/.test(name), "size", name, "a size's name, such as Standard_D4s_v5");
  for (const zone of zones) need(/^[1-9]$/.test(zone), "fallbacks.zones", zone, "zones such as 1, 2, 3");
  need(
    Number.isInteger(diskGiB) && diskGiB >= 30 && diskGiB <= 4095,
    "diskGiB",
    diskGiB,
    "a whole number from 30 to 4095",
  );
  need(
    Number.isInteger(sshPort) && sshPort > 0 && sshPort < 65_536,
    "sshPort",
    sshPort,
    "a port from 1 to 65535",
  );
  need(ttlHours > 0 && ttlHours <= 8784, "ttlHours", ttlHours, "hours above 0, at most 8784");
  need(
    /^[a-z_][a-z0-9_-]{0,31}$/.test(adminUsername),
    "adminUsername",
    adminUsername,
    "1-32 of a-z 0-9 _ -, beginning with a letter",
  );
  need(
    subnetId === null || /^\/subscriptions\/.+\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i.test(subnetId),
    "subnetId",
    subnetId,
    "a subnet's resource id (/subscriptions/…/virtualNetworks/…/subnets/…)",
  );
  // A subnet lies in one region, so machines that use it do too.
  need(
    subnetId === null || regions.length === 0,
    "fallbacks.regions",
    regions,
    "no other regions together with subnetId",
  );
  need(
    maxPriceUsd === null || maxPriceUsd > 0,
    "spot.maxPriceUsd",
    maxPriceUsd,
    "an hour's price above 0, or null",
  );
  need(
    options.scaleSet == null || /^[a-z][a-z0-9-]{0,40}$/.test(options.scaleSet.name),
    "scaleSet.name",
    options.scaleSet?.name,
    "1-41 of a-z 0-9 -, beginning with a letter",
  );
  const owner = options.owner ?? "";
  need(owner.length <= 256 && !/\p{Cc}/u.test(owner), "owner", owner, "at most 256 printable characters");

  return {
    subscriptionId: options.subscriptionId,
    resourceGroup: options.resourceGroup,
    location,
    size,
    diskGiB,
    diskType: options.diskType ?? "Premium_LRS",
    adminUsername,
    image: imageReference(options.image ?? "Canonical:ubuntu-24_04-lts:server:latest"),
    resourceManagerUrl: secureUrl(options.resourceManagerUrl ?? "https://management.azure.com"),
    orchestratorIp: orchestratorIp === "auto" ? "auto" : checkAddress(orchestratorIp),
    addressServices: options.addressServices ?? [
      "https://api.ipify.org",
      "https://checkip.amazonaws.com",
      "https://ifconfig.me/ip",
    ],
    sshPort,
    hostKey: options.hostKey ?? "cloud-init",
    fallbacks: { sizes, zones, regions },
    spot: {
      enabled: options.spot?.enabled ?? false,
      maxPriceUsd,
      fallbackToRegular: options.spot?.fallbackToRegular ?? true,
      evictionPolicy: options.spot?.evictionPolicy ?? "Deallocate",
    },
    network,
    subnetId,
    scaleSet: options.scaleSet ?? null,
    ttlHours,
    owner,
    memory: options.memory ?? processMemory(),
    onEvent: options.onEvent ?? (() => undefined),
    pollIntervalMs: options.pollIntervalMs ?? 2000,
    sshTimeoutMs: options.sshTimeoutMs ?? 300_000,
    pricesUrl: (options.pricesUrl ?? "https://prices.azure.com").replace(/\/+$/, ""),
  };
}

function imageReference(text: string): ImageReference {
  if (text.startsWith("/subscriptions/")) return { id: text };
  const [publisher, offer, sku, version, ...rest] = text.split(":");
  if (!publisher || !offer || !sku || !version || rest.length > 0)
    throw new MachineError(
      "invalid_request",
      `image is ${JSON.stringify(text.slice(0, 120))}. Give publisher:offer:sku:version, or an image's resource id.`,
      { provider: "azure" },
    );
  return { publisher, offer, sku, version };
}

/** The SDK refuses to send a token over plain HTTP; say so before it does. */
function secureUrl(text: string): string {
  if (!URL.canParse(text) || new URL(text).protocol !== "https:")
    throw new MachineError(
      "invalid_request",
      `resourceManagerUrl is ${JSON.stringify(text.slice(0, 120))}. Give an https URL, such as https://management.azure.com.`,
      { provider: "azure" },
    );
  return text.replace(/\/+$/, "");
}
