import { ComputeManagementClient } from "@azure/arm-compute";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";
import type { TokenCredential } from "@azure/core-auth";
import { DefaultAzureCredential } from "@azure/identity";
import type { AzureProviderOptions } from "./options.ts";
import { explainedCredential } from "./explained-credential.ts";
import { RateGate } from "./rate-gate.ts";
import { rateGatePolicy } from "./rate-gate-policy.ts";
import type { AzureSettings } from "./settings.ts";

export interface AzureClients {
  readonly compute: ComputeManagementClient;
  readonly network: NetworkManagementClient;
  readonly resources: ResourceManagementClient;
  readonly credential: TokenCredential;
  /** What tokens are asked for. */
  readonly scope: string;
}

const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";
const gates = new WeakMap<TokenCredential, Map<string, RateGate>>();
const defaultCredentials = new Map<string, TokenCredential>();

/** The SDK's clients for one subscription, behind the gate that all of this process's clients of that principal share. */
export function azureClients(options: AzureProviderOptions, settings: AzureSettings): AzureClients {
  const principal = options.credential ?? defaultCredential();
  const gate = sharedGate(principal, options, settings);
  const credential = explainedCredential(principal, authorityHost());
  const { resourceManagerUrl: endpoint, subscriptionId } = settings;
  const key = `azure/pause/${new URL(endpoint).host}/${subscriptionId}`;
  const policy = rateGatePolicy(gate, (message) =>
    settings.onEvent({ kind: "throttled", machine: null, message }),
  );
  const shared = gate.share(settings.memory, key).catch(() => undefined);
  const scope = `${(options.audience ?? endpoint).replace(/\/+$/, "")}/.default`;
  const clientOptions = {
    endpoint,
    credentials: { scopes: [scope] },
    // 429 is the gate's; these are for broken connections and faults of the server.
    retryOptions: { maxRetries: 3, retryDelayInMs: Math.min(1000, settings.pollIntervalMs / 2) },
    ...(options.caCertificates === undefined ? {} : { tlsOptions: { ca: options.caCertificates } }),
    additionalPolicies: [
      {
        position: "perRetry" as const,
        policy: {
          name: policy.name,
          sendRequest: async (...args: Parameters<typeof policy.sendRequest>) => {
            await shared;
            return await policy.sendRequest(...args);
          },
        },
      },
    ],
  };
  return {
    compute: new ComputeManagementClient(credential, subscriptionId, clientOptions),
    network: new NetworkManagementClient(credential, subscriptionId, clientOptions),
    resources: new ResourceManagementClient(credential, subscriptionId, clientOptions),
    credential,
    scope,
  };
}

function authorityHost(): string {
  return process.env["AZURE_AUTHORITY_HOST"] ?? PUBLIC_AUTHORITY;
}

/** One for the process, so that tokens are kept, and workers share a gate. */
function defaultCredential(): TokenCredential {
  const authority = authorityHost();
  const known = defaultCredentials.get(authority);
  if (known !== undefined) return known;
  const credential = new DefaultAzureCredential({
    authorityHost: authority,
    // Microsoft's directory of authorities does not know a private cloud's.
    disableInstanceDiscovery: !/^https:\/\/login\.(?:microsoftonline|chinacloudapi|partner)\./.test(
      authority,
    ),
  });
  defaultCredentials.set(authority, credential);
  return credential;
}

function sharedGate(
  credential: TokenCredential,
  options: AzureProviderOptions,
  settings: AzureSettings,
): RateGate {
  let byPlace = gates.get(credential);
  if (byPlace === undefined) gates.set(credential, (byPlace = new Map()));
  const place = `${settings.resourceManagerUrl} ${settings.subscriptionId}`;
  let gate = byPlace.get(place);
  if (gate === undefined) byPlace.set(place, (gate = new RateGate(options.rateLimits)));
  return gate;
}
