// Creates and destroys one machine in each of several clouds, all at once: to be killed on the way. What it has done, it prints. The
// jobs are one line of JSON on standard input.
import { ClientSecretCredential } from "@azure/identity";
import { azureProvider, type AzureProviderOptions } from "@universe-optimize/cloud-vm/azure";
import { text } from "node:stream/consumers";

/** What is left to do in one cloud. */
export interface AzureJob {
  readonly id: number;
  readonly acts: readonly ("create" | "destroy")[];
  readonly access: {
    readonly url: string;
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly caPem: string;
  };
  readonly options: Omit<AzureProviderOptions, "credential">;
  readonly request: {
    readonly name: string;
    readonly tags: Record<string, string>;
    readonly authorizedKey: string;
  };
}

async function work({ id, acts, access, options, request }: AzureJob): Promise<void> {
  const provider = azureProvider({
    ...options,
    caCertificates: access.caPem,
    credential: new ClientSecretCredential(access.tenantId, access.clientId, access.clientSecret, {
      authorityHost: access.url,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: access.caPem },
    }),
  });
  for (const act of acts) {
    if (act === "create") await provider.create(request);
    else await provider.destroy(request.name);
    process.stdout.write(`${id} ${act}\n`);
  }
}

const jobs = JSON.parse(await text(process.stdin)) as AzureJob[];
await Promise.all(jobs.map(work));
