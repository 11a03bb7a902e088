import type { TokenCredential } from "@azure/core-auth";
import type { RateLimits } from "./rate-gate.ts";
import type { AzureEvent } from "./events.ts";
import type { Memory } from "./memory.ts";

export interface AzureProviderOptions {
  readonly subscriptionId: string;
  /** Made when there is none; removed by `destroyNetwork` only when this package made it. */
  readonly resourceGroup: string;
  /** Default `eastus`. */
  readonly location?: string;
  /** Default `Standard_D4s_v5`: 4 vCPUs, 16 GiB. */
  readonly size?: string;
  /** Size of the system disk; default 128. */
  readonly diskGiB?: number;
  /** Default `Premium_LRS`, which takes a size with an s in its name. */
  readonly diskType?: "Premium_LRS" | "StandardSSD_LRS" | "Standard_LRS";
  /** Default `azureuser`. */
  readonly adminUsername?: string;
  /** `publisher:offer:sku:version`, or the resource id of an image. Default `Canonical:ubuntu-24_04-lts:server:latest`. */
  readonly image?: string;
  /** Default `https://management.azure.com`. Another cloud has its own; `AZURE_AUTHORITY_HOST` names the place that gives its tokens. */
  readonly resourceManagerUrl?: string;
  /** For whom tokens are asked; default `resourceManagerUrl`. */
  readonly audience?: string;
  /** Certificates (PEM) that are trusted besides the system's: a private cloud's own authority. */
  readonly caCertificates?: string;
  /** Default: a DefaultAzureCredential, made at the first call. */
  readonly credential?: TokenCredential;
  /**
   * Who may reach the machines over SSH: an address, a range such as `198.51.100.0/24`, or `auto` (default), which asks
   * `addressServices` (private network: this computer's own address). Ranges wider than /8 (IPv6: /32) are refused.
   */
  readonly orchestratorIp?: string;
  /** URLs that answer with the caller's address as text; the first that answers counts. */
  readonly addressServices?: readonly string[];
  /** Port of the machines' SSH servers; default 22. Other ports need an image that listens there. */
  readonly sshPort?: number;
  /**
   * How the machine's host key is known. `cloud-init` (default): made here, brought to the machine in its customData.
   * `run-command`: made by the machine, read through Azure's own channel; some 30 s slower.
   */
  readonly hostKey?: "cloud-init" | "run-command";
  /** What to take when Azure has no room: other zones first, then other sizes, then other regions. */
  readonly fallbacks?: {
    readonly sizes?: readonly string[];
    readonly zones?: readonly string[];
    readonly regions?: readonly string[];
  };
  readonly spot?: {
    readonly enabled: boolean;
    /** An hour's highest price; null (default): up to the regular one. */
    readonly maxPriceUsd?: number | null;
    /** Take a regular machine when there is no spot one; default true. */
    readonly fallbackToRegular?: boolean;
    /** `Deallocate` (default): the disk stays, so that results can be saved. `Delete`: everything goes. */
    readonly evictionPolicy?: "Deallocate" | "Delete";
  };
  /** `public` (default): each machine has a public address. `private`: none, the orchestrator is inside the network. */
  readonly network?: "public" | "private";
  /** Resource id of a subnet that exists already; default: a network of our own in each region. */
  readonly subnetId?: string | null;
  /** Flexible scale set that machines join; one in each region is made, `<name>-<region>`. null (default): none. */
  readonly scaleSet?: { readonly name: string } | null;
  /** From creation to the `uo-expires` tag, for sweeps that have lost their records; default 24. */
  readonly ttlHours?: number;
  /** Value of the `uo-owner` tag, for people who wonder; default empty: no such tag. */
  readonly owner?: string;
  /** Blocks, prices and pauses that outlive a call. Default: this process's memory. */
  readonly memory?: Memory;
  readonly onEvent?: (event: AzureEvent) => void;
  /** Between looks at what is under way; default 2,000 ms. */
  readonly pollIntervalMs?: number;
  /** For the SSH server to answer after the machine runs; default 5 minutes. */
  readonly sshTimeoutMs?: number;
  /** Request limits to keep to, per process and principal; default Azure's published ones. */
  readonly rateLimits?: RateLimits;
  /** Default `https://prices.azure.com`. */
  readonly pricesUrl?: string;
}
