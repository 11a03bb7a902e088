import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AzureProviderOptions } from "@universe-optimize/cloud-vm/azure";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { type FaultRule, startArm, type TestArm } from "@universe-optimize/test-servers/arm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lightBacking } from "./light-backing.ts";
import type { AzureJob } from "./programs/azure-runs.ts";

// Points that one process is killed at, each in a cloud of its own: a process takes longer to start than to do its work.
const AT_ONCE = 32;
const VM_TYPE = "Microsoft.Compute/virtualMachines";
const key = generateSshKeyPair("crash test");
const program = fileURLToPath(new URL("./programs/azure-runs.ts", import.meta.url));

let compileCache: string;
beforeAll(async () => {
  compileCache = await mkdtemp(join(tmpdir(), "azure-crash-"));
});
afterAll(async () => {
  await rm(compileCache, { recursive: true, force: true });
});

/** Where a process is killed: at its cloud's call of that number, before that does anything or after it did. */
interface Point {
  readonly call: number;
  readonly when: "before" | "after";
  /** What the restarted process does: goes on, or is told that the run is not wanted any more. */
  readonly restart: "go on" | "give up";
}

interface Scenario {
  readonly restarts: readonly Point["restart"][];
  readonly options?: Partial<AzureProviderOptions>;
  readonly fault?: FaultRule;
  /** VMs that an undisturbed run makes, one after the other. */
  readonly vms: number;
}

interface Cloud extends AsyncDisposable {
  readonly arm: TestArm;
  readonly point: Point;
  readonly done: Set<string>;
  /** What the kill struck; null: the run was over before. */
  struck: string | null;
}

test("a process killed before and after every call of create and destroy leaves one machine at most, then none", async () => {
  const points = await killEverywhere({ vms: 1, restarts: ["go on", "give up"] });
  report("create and destroy", points);
  for (const when of ["before", "after"])
    for (const act of ["PUT networkInterfaces", "PUT virtualMachines", "DELETE virtualMachines"])
      for (const restart of ["go on", "give up"])
        expect(points).toContainEqual(
          expect.stringMatching(new RegExp(`^${when} call \\d+ ${act}/.*, then ${restart}$`)),
        );
});

test("the same while Azure has no room at first", async () => {
  const scenario: Scenario = {
    vms: 2,
    restarts: ["go on"],
    options: { fallbacks: { sizes: ["Standard_D4as_v5"] } },
    fault: {
      method: "PUT",
      path: "/virtualMachines/run-1$",
      effect: "fail",
      code: "AllocationFailed",
      message: "Allocation failed.",
    },
  };
  // Until then a run is as any other; runs differ by a poll or two.
  const first = (await numberOf("PUT", /virtualMachines/, scenario)) - 3;
  const points = await killEverywhere(scenario, first);
  report("create with a fallback, and destroy", points);
  const puts = points.filter((point) => point.includes("PUT virtualMachines"));
  expect(puts.length).toBeGreaterThanOrEqual(4); // twice, before and after
});

/** Kills at call 1, 2, 3 … until runs are over before they are struck; resolves with the points that were struck. */
async function killEverywhere(scenario: Scenario, first = 1): Promise<string[]> {
  const struck: string[] = [];
  for (let call = first; ;) {
    const batch: Point[] = [];
    for (; batch.length < AT_ONCE; call++) {
      for (const restart of scenario.restarts)
        for (const when of ["before", "after"] as const) batch.push({ call, when, restart });
    }
    const found = await killAt(batch, scenario);
    struck.push(...found.map(({ text }) => text));
    // Runs differ by a poll or two: over is what none of the last ones reached.
    if (!found.some((point) => point.call === call - 1)) return struck;
  }
}

/** The number of the first call of that kind in a run that nobody kills. */
async function numberOf(method: string, path: RegExp, scenario: Scenario): Promise<number> {
  await using cloud = await openCloud({ call: 0, when: "before", restart: "go on" }, scenario);
  await runToEnd([jobOf(cloud, 0, ["create", "destroy"], scenario)]);
  const found = (await cloud.arm.calls()).find((call) => call.method === method && path.test(call.path));
  if (found === undefined) throw new Error(`A run makes no call ${method} ${path.source}.`);
  return found.number;
}

async function killAt(
  points: readonly Point[],
  scenario: Scenario,
): Promise<{ readonly call: number; readonly text: string }[]> {
  const clouds = await Promise.all(points.map(async (point) => await openCloud(point, scenario)));
  try {
    await runKilled(clouds, scenario);
    const restarted = clouds.filter(({ struck }) => struck !== null);
    await runToEnd(
      restarted.map((cloud) => {
        const isMade = cloud.done.has("create") || cloud.point.restart === "give up";
        return jobOf(cloud, clouds.indexOf(cloud), isMade ? ["destroy"] : ["create", "destroy"], scenario);
      }),
    );
    for (const cloud of clouds) await checkEnd(cloud, scenario);
    return restarted.map(({ point, struck }) => ({
      call: point.call,
      text: `${point.when} ${struck}, then ${point.restart}`,
    }));
  } finally {
    await Promise.all(clouds.map(async (cloud) => await cloud[Symbol.asyncDispose]()));
  }
}

async function openCloud(point: Point, scenario: Scenario): Promise<Cloud> {
  const arm = await startArm({
    backing: lightBacking(),
    nicReservationMs: 100,
    durations: { createVm: 10, deleteVm: 10, network: 2 },
  });
  if (scenario.fault !== undefined) await arm.addFault(scenario.fault);
  return {
    arm,
    point,
    done: new Set(),
    struck: null,
    [Symbol.asyncDispose]: async () => await arm.stop(),
  };
}

/** Every run up to its own point; then one SIGKILL for them all. */
async function runKilled(clouds: readonly Cloud[], scenario: Scenario): Promise<void> {
  const { promise: isDead, resolve: dead } = Promise.withResolvers<void>();
  const { promise: areStopped, resolve: allStopped } = Promise.withResolvers<void>();
  const check = (): void => {
    if (clouds.every(({ struck, done }) => struck !== null || done.has("destroy"))) allStopped();
  };
  for (const cloud of clouds) {
    cloud.arm.onCall(async ({ number, method, path }, when) => {
      const { point } = cloud;
      const isStruck = number === point.call && when === point.when;
      // What would be sent after the kill never arrives.
      const isLater = number > point.call && when === "before";
      if (!isStruck && !isLater) return "go on";
      if (isStruck) {
        cloud.struck = `call ${number} ${method} ${path.split("/").slice(-2).join("/")}`;
        check();
      }
      await isDead;
      return "cut";
    });
  }
  const jobs = clouds.map((cloud, index) => jobOf(cloud, index, ["create", "destroy"], scenario));
  const child = startProgram(jobs, (index, act) => {
    clouds[index]?.done.add(act);
    check();
  });
  await Promise.race([areStopped, child.ended]);
  child.kill();
  await child.ended;
  dead();
  for (const { arm } of clouds) arm.onCall(null);
}

async function runToEnd(jobs: readonly AzureJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const done = new Set<string>();
  const child = startProgram(jobs, (id, act) => done.add(`${id} ${act}`));
  const errors = await child.ended;
  const missing = jobs.flatMap(({ id, acts }) =>
    acts.map((act) => `${id} ${act}`).filter((one) => !done.has(one)),
  );
  expect(missing, errors).toEqual([]);
}

/** One VM at most at any time, never a second one for nothing, and nothing left but the shared network. */
async function checkEnd({ arm, point, struck }: Cloud, { vms }: Scenario): Promise<void> {
  const at = `killed ${point.when} ${struck}, then ${point.restart}`;
  expect(await arm.mostAlive({ run: "run-1" }), at).toBeLessThanOrEqual(1);
  const made = (await arm.billing()).filter(({ type }) => type === VM_TYPE);
  expect(made.length, at).toBeLessThanOrEqual(vms);
  const left = (await arm.inventory()).filter(
    ({ type }) => !/virtualNetworks|networkSecurityGroups|resourceGroups/i.test(type),
  );
  expect(
    left.map(({ id }) => id),
    at,
  ).toEqual([]);
  const open = (await arm.billing()).filter(({ deletedAt }) => deletedAt === null);
  expect(open, at).toEqual([]);
}

function jobOf({ arm }: Cloud, id: number, acts: AzureJob["acts"], scenario: Scenario): AzureJob {
  const { url, tenantId, clientId, clientSecret, caPem } = arm;
  return {
    id,
    acts,
    access: { url, tenantId, clientId, clientSecret, caPem },
    options: {
      subscriptionId: arm.subscriptionId,
      resourceGroup: "universe-test",
      resourceManagerUrl: url,
      orchestratorIp: "198.51.100.7",
      sshPort: arm.sshPort,
      pollIntervalMs: 10,
      sshTimeoutMs: 30_000,
      pricesUrl: "http://127.0.0.1:9", // nobody answers there
      ...scenario.options,
    },
    request: { name: "run-1", tags: { run: "run-1" }, authorizedKey: key.publicKey },
  };
}

function startProgram(
  jobs: readonly AzureJob[],
  onLine: (id: number, act: string) => void,
): { readonly ended: Promise<string>; kill(): void } {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, NO_PROXY: "127.0.0.1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (errors += part));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [id = "", act = ""] = line.split(" ");
    onLine(Number(id), act);
  });
  child.stdin.on("error", () => {}); // it may be killed first
  child.stdin.end(JSON.stringify(jobs));
  return {
    ended: once(child, "close").then(() => errors),
    kill: () => child.kill("SIGKILL"),
  };
}

/** Figures for a person: how many points there were. */
function report(what: string, points: readonly string[]): void {
  const calls = new Set(points.map((point) => /call \d+/.exec(point)?.[0]));
  process.stdout.write(`${what}: ${calls.size} calls, killed at ${points.length} points\n`);
}
