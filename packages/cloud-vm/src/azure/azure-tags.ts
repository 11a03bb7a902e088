import { MachineError } from "../errors.ts";
import type { MachineTags } from "../machine.ts";

/** Tags of this package's own begin so; a request's may not. */
const PREFIX = "uo-";
const MAX_REQUEST_TAGS = 44; // Azure takes 50, and up to 6 are ours.
// https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
const FORBIDDEN = /[<>%&\\?/]/;
const RESERVED = /^(?:microsoft|azure|windows|hidden-)/i;

/** Throws `invalid_request` unless Azure takes these tags as they are. */
export function checkAzureTags(tags: MachineTags): void {
  const keys = Object.keys(tags);
  const bad = keys.find(
    (key) => FORBIDDEN.test(key) || RESERVED.test(key) || key.toLowerCase().startsWith(PREFIX),
  );
  if (bad !== undefined)
    throw new MachineError(
      "invalid_request",
      `Azure takes no tag named ${JSON.stringify(bad)}. Leave out < > % & \\ ? / and names that begin with microsoft, azure, windows, hidden- or ${PREFIX}.`,
      { provider: "azure" },
    );
  if (keys.length > MAX_REQUEST_TAGS)
    throw new MachineError(
      "invalid_request",
      `${keys.length} tags are too many for Azure: it takes 50, of which 6 are ours. Use at most ${MAX_REQUEST_TAGS}.`,
      { provider: "azure" },
    );
  // Azure does not tell names apart by case.
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length)
    throw new MachineError(
      "invalid_request",
      `Two of the tags ${keys.join(", ")} differ only in case, which Azure does not see. Rename one.`,
      { provider: "azure" },
    );
}

/** What a resource's tags say of itself. */
export interface OwnTags {
  /** null: not one of ours. */
  readonly machine: string | null;
  readonly createdAt: Date | null;
  readonly expiresAt: Date | null;
  /** `ssh-ed25519 AAAA…`; null: not known yet. */
  readonly hostKey: string | null;
}

/** The tags of every resource of a machine: the request's, and ours. */
export function resourceTags(
  request: MachineTags,
  own: {
    readonly machine: string;
    readonly createdAt: Date;
    readonly ttlHours: number;
    readonly owner: string;
  },
): Record<string, string> {
  const expiresAt = new Date(own.createdAt.getTime() + own.ttlHours * 3_600_000);
  return {
    ...request,
    "uo-machine": own.machine,
    "uo-created": own.createdAt.toISOString(),
    "uo-expires": expiresAt.toISOString(),
    ...(own.owner === "" ? {} : { "uo-owner": own.owner }),
  };
}

export function hostKeyTag(publicKey: string): Record<string, string> {
  return { "uo-host-key": publicKey.split(" ").slice(0, 2).join(" ") };
}

/** The tags that the request had. */
export function requestTags(tags: Readonly<Record<string, string>> | undefined): MachineTags {
  return Object.fromEntries(Object.entries(tags ?? {}).filter(([key]) => !key.startsWith(PREFIX)));
}

/** What our tags on a resource say; whatever somebody else wrote there counts as not said. */
export function ownTags(tags: Readonly<Record<string, string>> | undefined): OwnTags {
  const hostKey = tags?.["uo-host-key"] ?? "";
  return {
    machine: tags?.["uo-machine"] ?? null,
    createdAt: dateOf(tags?.["uo-created"]),
    expiresAt: dateOf(tags?.["uo-expires"]),
    hostKey: /^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}$/.test(hostKey) ? hostKey : null,
  };
}

function dateOf(text: string | undefined): Date | null {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at);
}
