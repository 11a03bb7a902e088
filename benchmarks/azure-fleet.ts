// Creates many machines with the Azure adapter at once and destroys them again, against the ARM emulator with Azure's own request limits, and
// holds the wall time against what those limits allow for the calls that were made.
//   node benchmarks/azure-fleet.ts [--machines 200] [--write]      --write replaces azure-fleet.json
import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AZURE_RATE_LIMITS, azureProvider } from "../packages/cloud-vm/src/azure/index.ts";
import { generateSshKeyPair } from "../packages/cloud-vm/src/keys.ts";
import { armCredential } from "../packages/cloud-vm/test/arm-clients.ts";
import { lightBacking } from "../packages/cloud-vm/test/light-backing.ts";
import {
  type ArmAccess,
  type ArmCall,
  type ControlServer,
  remoteControl,
  startArm,
  startControlServer,
} from "../packages/test-servers/src/arm/index.ts";

const { values } = parseArgs({
  options: {
    machines: { type: "string", default: "200" },
    write: { type: "boolean", default: false },
    serve: { type: "boolean", default: false },
  },
});
const machines = Number(values.machines);
// As Azure takes them, roughly; operations are looked at every 2 s, the SDK's own interval.
const durations = { createVm: 20_000, deleteVm: 20_000, network: 1000, disk: 1000 };
if (values.serve) {
  await serve();
  await once(process, "disconnect");
  process.exit();
}

// In a process of its own: a request that waits for this process's turn would look as if it came late.
const server = fork(fileURLToPath(import.meta.url), ["--serve"]);
const [{ access, control }] = (await once(server, "message")) as [
  { access: ArmAccess; control: Pick<ControlServer, "url" | "token"> },
];
const arm = remoteControl(control);
const provider = azureProvider({
  subscriptionId: access.subscriptionId,
  resourceGroup: "benchmark",
  resourceManagerUrl: access.url,
  caCertificates: access.caPem,
  credential: armCredential(access),
  orchestratorIp: "198.51.100.7",
  sshPort: access.sshPort,
});
const key = generateSshKeyPair("benchmark");
const names = Array.from({ length: machines }, (_, index) => `machine-${index}`);
const each = async (act: (name: string) => Promise<unknown>): Promise<{ wall: number; median: number }> => {
  const begin = performance.now();
  const times = await Promise.all(
    names.map(async (name) => {
      await act(name);
      return (performance.now() - begin) / 1000;
    }),
  );
  const sorted = times.toSorted((one, other) => one - other);
  return { wall: sorted.at(-1) ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0 };
};

const begin = performance.now();
const created = await each((name) =>
  provider.create({ name, tags: { run: name }, authorizedKey: key.publicKey }),
);
const callsOfCreate = (await arm.calls()).length;
const destroyed = await each((name) => provider.destroy(name));
const wall = (performance.now() - begin) / 1000;

const calls = await arm.calls();
const bound = boundSeconds(calls);
// One machine's operations one after the other take this long, whatever the limits.
const floor = (durations.createVm + durations.deleteVm + 2 * durations.network) / 1000;
const left = (await arm.inventory()).filter(({ type }) =>
  /virtualMachines|disks|publicIP|networkInterfaces/.test(type),
);
const figures = {
  machines,
  wallSeconds: round(wall),
  boundSeconds: round(bound.seconds),
  boundBy: bound.bucket,
  wallPerBound: round(wall / Math.max(bound.seconds, floor), 2),
  create: {
    wallSeconds: round(created.wall),
    medianSeconds: round(created.median),
    callsAMachine: round(callsOfCreate / machines),
  },
  destroy: {
    wallSeconds: round(destroyed.wall),
    medianSeconds: round(destroyed.median),
    callsAMachine: round((calls.length - callsOfCreate) / machines),
  },
  callsAMachine: countByBucket(calls, machines),
  throttled: calls.filter(({ status }) => status === 429).length,
  violations: (await arm.violations()).length,
  left: left.length,
};
console.log(JSON.stringify(figures, null, 2));
if (values.write)
  await writeFile(new URL("azure-fleet.json", import.meta.url), `${JSON.stringify(figures, null, 2)}\n`);
server.disconnect();
if (figures.violations > 0 || figures.left > 0 || figures.wallPerBound > 1.2) process.exitCode = 1;

async function serve(): Promise<void> {
  const { url, subscriptionId, tenantId, clientId, clientSecret, caPem, caFile, sshPort, env, ...rest } =
    await startArm({ backing: lightBacking(), throttling: {}, durations });
  const { url: controlUrl, token } = await startControlServer(rest);
  process.send?.({
    access: { url, subscriptionId, tenantId, clientId, clientSecret, caPem, caFile, sshPort, env },
    control: { url: controlUrl, token },
  });
}

/** The least time in which the buckets let so many calls through. */
function boundSeconds(all: readonly ArmCall[]): { readonly seconds: number; readonly bucket: string } {
  let most = { seconds: 0, bucket: "none" };
  for (const [bucket, count] of Object.entries(countByBucket(all, 1))) {
    const { capacity, perSecond } = AZURE_RATE_LIMITS[bucket as keyof typeof AZURE_RATE_LIMITS];
    const seconds = Math.max(0, (count - capacity) / perSecond);
    if (seconds > most.seconds) most = { seconds, bucket };
  }
  return most;
}

function countByBucket(all: readonly ArmCall[], by: number): Record<string, number> {
  const count = { reads: 0, writes: 0, deletes: 0 };
  for (const { method } of all) {
    if (method === "GET" || method === "HEAD") count.reads++;
    else if (method === "DELETE") count.deletes++;
    else count.writes++;
  }
  return Object.fromEntries(Object.entries(count).map(([name, number]) => [name, round(number / by, 2)]));
}

function round(number: number, digits = 1): number {
  return Math.round(number * 10 ** digits) / 10 ** digits;
}
