import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { localProvider } from "@universe-optimize/cloud-vm/local";
import { sshLogin } from "@universe-optimize/cloud-vm/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const key = generateSshKeyPair("crash test");
const request = { name: "crash", tags: { job: "job-1" }, authorizedKey: key.publicKey };
let directory: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "cloud-vm-crash-")));
});
afterEach(async () => {
  await localProvider({ directory }).destroy("crash");
  await rm(directory, { recursive: true, force: true });
});

/** Runs a program of ./programs and kills it as soon as the condition holds. Tells whether it was killed. */
async function runUntil(
  program: string,
  args: string[],
  condition: () => Promise<boolean>,
): Promise<boolean> {
  const file = fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, directory, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<boolean>((resolve) =>
    child.once("exit", (_code, signal) => resolve(signal === "SIGKILL")),
  );
  while (child.exitCode === null && child.signalCode === null) {
    if (await condition()) child.kill("SIGKILL");
    await sleep(1);
  }
  return await ended;
}

const entries = (): Promise<string[]> => readdir(directory);
const machineFiles = (): Promise<string[]> => readdir(join(directory, "crash")).catch(() => []);

/** Servers and commands of machines in the directory, by their own environment and arguments. */
async function livingProcesses(): Promise<{ servers: number[]; commands: number[] }> {
  const found: { servers: number[]; commands: number[] } = { servers: [], commands: [] };
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const read = (file: string): Promise<string[]> =>
      readFile(`/proc/${pid}/${file}`, "utf8").then(
        (text) => text.split("\0"),
        () => [],
      );
    const args = await read("cmdline");
    if (args.includes(directory) && args.some((arg) => arg.includes("server-main"))) found.servers.push(pid);
    if ((await read("environ")).includes(`HOME=${join(directory, "crash", "home")}`))
      found.commands.push(pid);
  }
  return found;
}

const createPoints: Record<string, () => Promise<boolean>> = {
  "while its folder is being built": async () =>
    (await entries()).some((name) => name.startsWith(".creating-")),
  "when its folder has its name": async () => (await entries()).includes("crash"),
  "when its server's log is open": async () => (await machineFiles()).includes("server.log"),
  "when its server has claimed it": async () => (await machineFiles()).includes("server.1.json"),
  "when its server listens": async () =>
    /"port":\d/.test(await readFile(join(directory, "crash", "server.1.json"), "utf8").catch(() => "")),
};

describe("a local machine whose creator is killed", () => {
  it.each(Object.keys(createPoints))(
    "%s is adopted: one server, and nothing left in the end",
    async (point) => {
      await runUntil("create", [key.publicKey], createPoints[point] ?? (async () => false));
      const provider = localProvider({ directory });
      const made = await provider.create(request);
      expect((await sshLogin(made, key.privateKey, "echo works")).stdout).toBe("works\n");
      // A second candidate that lost the race may need a moment to end.
      await expect.poll(async () => (await livingProcesses()).servers.length, { timeout: 10_000 }).toBe(1);
      expect(await provider.list({})).toEqual([made]);
      await provider.destroy("crash");
      expect(await livingProcesses()).toEqual({ servers: [], commands: [] });
      expect(await entries()).toEqual([]);
    },
  );

  it("at any moment leaves nothing that its destruction does not remove", async () => {
    for (const delayMs of [60, 120, 150, 180, 220]) {
      const started = performance.now();
      await runUntil("create", [key.publicKey], async () => performance.now() - started > delayMs);
      const provider = localProvider({ directory });
      await provider.destroy("crash");
      expect(await provider.get("crash")).toBeNull();
      await expect.poll(livingProcesses, { timeout: 10_000 }).toEqual({ servers: [], commands: [] });
      expect(await entries()).toEqual([]);
    }
  });
});

describe("a local machine whose destruction is killed", () => {
  it.each([0, 30, 300, 1900, 2300])("%d ms after it began is gone after the next one", async (delayMs) => {
    const provider = localProvider({ directory });
    const made = await provider.create(request);
    // One that detaches itself twice and does not listen to TERM: ending it takes the whole grace.
    const program = "trap '' TERM; while :; do sleep 0.2; done";
    await sshLogin(
      made,
      key.privateKey,
      `setsid sh -c "setsid sh -c \\"${program}\\" >/dev/null 2>&1 </dev/null &" & wait`,
    );
    expect((await livingProcesses()).commands.length).toBeGreaterThan(0);

    let since: number | null = null;
    await runUntil("destroy", [], async () => {
      if ((await entries()).some((name) => name.startsWith(".deleting-"))) since ??= performance.now();
      return since !== null && performance.now() - since >= delayMs;
    });
    const between = await provider.get("crash");
    expect(["deleting", null]).toContain(between?.state ?? null);
    expect(await provider.list({ job: "job-1" })).toEqual(between === null ? [] : [between]);
    await provider.destroy("crash");
    expect(await provider.get("crash")).toBeNull();
    expect(await livingProcesses()).toEqual({ servers: [], commands: [] });
    expect(await entries()).toEqual([]);
  });

  it("is finished by the next creation of that name, which then is a new machine", async () => {
    const provider = localProvider({ directory });
    const first = await provider.create(request);
    await sshLogin(first, key.privateKey, "touch old; nohup sleep 543210 >/dev/null 2>&1 &");
    await runUntil("destroy", [], async () =>
      (await entries()).some((name) => name.startsWith(".deleting-")),
    );
    const second = await provider.create({ ...request, tags: { job: "job-2" } });
    expect(second.ssh?.hostKeys).not.toEqual(first.ssh?.hostKeys);
    expect((await sshLogin(second, key.privateKey, "test -e old; echo $?")).stdout).toBe("1\n");
    await expect.poll(async () => (await livingProcesses()).servers.length, { timeout: 10_000 }).toBe(1);
    expect((await livingProcesses()).commands).toEqual([]);
  });
});
