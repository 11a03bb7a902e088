import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Authority } from "./authority.ts";
import { certificates } from "./certificates.ts";
import type { ArmAccess, ArmControl } from "./control.ts";
import { Faults } from "./faults.ts";
import type { Cloud } from "./kinds/kind.ts";
import { makeControl } from "./make-control.ts";
import { Machines } from "./machines.ts";
import { Operations } from "./operations.ts";
import { type CallHook, makeListener } from "./listener.ts";
import { quotaKey, readSettings } from "./settings.ts";
import { Throttle } from "./throttle.ts";
import type { ArmCall, ArmOptions } from "./types.ts";
import { World } from "./world.ts";

/** A running emulator. */
export interface TestArm extends ArmAccess, ArmControl, AsyncDisposable {
  /**
   * Called with every request of ARM's (not of the authority's), before and after it did what it does; the request waits for it. null
   * takes it away.
   */
  onCall(hook: CallHook | null): void;
  /** Ends the server, everything that runs in it and every machine's body. Safe to call again. */
  stop(): Promise<void>;
}

/**
 * Starts an emulator of Azure Resource Manager and of its authority on a free loopback port, over HTTPS with a certificate authority of
 * its own. The real SDK talks to it: `DefaultAzureCredential` needs `disableInstanceDiscovery` for an authority that is none of
 * Microsoft's.
 */
export async function startArm(options: ArmOptions = {}): Promise<TestArm> {
  const sshPort = options.sshPort ?? (await findFreePort());
  const settings = readSettings(options, sshPort);
  const { caPem, serverKey, serverPem } = await certificates();
  const folder = await mkdtemp(path.join(tmpdir(), "test-arm-"));
  const caFile = path.join(folder, "ca.pem");
  await writeFile(caFile, caPem);

  const cloud: Cloud = {
    world: new World(settings.subscriptionId, settings.listLagMs),
    operations: new Operations(),
    machines: new Machines(settings.backing !== null),
    settings,
    deletions: new Map(),
  };
  const authority = new Authority(settings, options.tokenLifetimeSeconds ?? 3599);
  const throttle = new Throttle(options.throttling ?? null);
  const faults = new Faults();
  const calls: ArmCall[] = [];
  const state = { denied: options.denied ?? [], hook: null as CallHook | null };
  let url = "";
  const server = createHttpsServer(
    { key: serverKey, cert: serverPem, keepAliveTimeout: 60_000 },
    makeListener({ cloud, authority, throttle, faults, calls, state, base: () => url }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let stopped: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await cloud.operations.close();
    await Promise.all(cloud.machines.all().map(async (machine) => await machine.backed?.destroy()));
    await rm(folder, { recursive: true, force: true });
  };
  const stop = (): Promise<void> => (stopped ??= end());
  return {
    url,
    subscriptionId: settings.subscriptionId,
    tenantId: settings.tenantId,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    caPem,
    caFile,
    sshPort,
    env: {
      AZURE_AUTHORITY_HOST: url,
      AZURE_TENANT_ID: settings.tenantId,
      AZURE_CLIENT_ID: settings.clientId,
      AZURE_CLIENT_SECRET: settings.clientSecret,
      AZURE_SUBSCRIPTION_ID: settings.subscriptionId,
      NODE_EXTRA_CA_CERTS: caFile,
      // Azure's SDK obeys HTTPS_PROXY for loopback addresses too.
      NO_PROXY: "127.0.0.1,localhost",
    },
    ...makeControl(cloud, {
      authority,
      throttle,
      faults,
      calls,
      state,
      setQuota: quotaSetter(settings.quotas),
    }),
    onCall: (hook) => {
      state.hook = hook;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function quotaSetter(quotas: Map<string, number>): (location: string, name: string, limit: number) => void {
  return (location, name, limit) => quotas.set(quotaKey(location, name), limit);
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
