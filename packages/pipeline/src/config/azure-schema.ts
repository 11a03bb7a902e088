import { z } from "zod";
import type { AzureConfig } from "./config.ts";

/** `machines.azure`. */
export const azure: z.ZodType<AzureConfig, object> = z.strictObject({
  subscriptionId: z.uuid().nullable().default(null).describe("Id of the subscription that pays."),
  resourceGroup: z
    .string()
    .regex(/^[\w.()-]{0,89}[\w()-]$/)
    .default("universe-optimize"),
  location: z
    .string()
    .regex(/^[a-z0-9]{2,40}$/)
    .default("eastus"),
  size: z
    .string()
    .regex(/^[A-Za-z0-9_-]{2,64}$/)
    .default("Standard_D4s_v5"),
  diskGiB: z.int().min(30).max(4095).default(128),
  adminUsername: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
    .default("azureuser"),
  resourceManagerUrl: z.url().default("https://management.azure.com"),
  retailPricesUrl: z.url().default("https://prices.azure.com"),
  orchestratorIp: z
    .string()
    .regex(/^(?:auto|[0-9A-Fa-f.:]+(?:\/[0-9]{1,3})?)$/)
    .default("auto")
    .describe("The only address that may open SSH: `auto`, an address or a CIDR."),
  publicAddressUrl: z
    .url()
    .nullable()
    .default(null)
    .describe("Answers with the caller's address, for orchestratorIp `auto`; null: well-known services."),
  sshPort: z.int().min(1).max(65535).default(22),
  hostKey: z
    .enum(["cloud-init", "run-command"])
    .default("cloud-init")
    .describe("How the host key is pinned: made here and injected, or read through Azure."),
  fallbacks: z
    .strictObject({
      sizes: z.array(z.string().regex(/^[A-Za-z0-9_-]{2,64}$/)).default([]),
      zones: z.array(z.string().regex(/^[1-9]$/)).default([]),
      regions: z.array(z.string().regex(/^[a-z0-9]{2,40}$/)).default([]),
    })
    .prefault({})
    .describe("What to try when the first choice has no capacity."),
  spot: z
    .strictObject({
      enabled: z.boolean().default(false),
      maxPriceUsd: z.number().positive().nullable().default(null),
      fallbackToRegular: z.boolean().default(true),
    })
    .prefault({}),
  network: z
    .strictObject({
      mode: z
        .enum(["public", "private"])
        .default("public")
        .describe("`private`: no public address; the orchestrator is inside the network."),
      subnetId: z.string().startsWith("/subscriptions/").nullable().default(null),
    })
    .prefault({}),
  scaleSet: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{0,63}$/)
    .nullable()
    .default(null)
    .describe("Flexible scale set that machines are attached to."),
  owner: z.string().min(1).max(256).nullable().default(null).describe("Tag `owner` of every resource."),
  systemInstall: z
    .enum(["install", "check"])
    .default("install")
    .describe("`check`: the image has git, the language and the agent already; nothing is installed."),
  pollSeconds: z.number().positive().max(60).default(5).describe("Between two looks at a long operation."),
});
