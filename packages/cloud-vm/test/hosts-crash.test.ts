import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hostsProvider } from "@universe-optimize/cloud-vm/hosts";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { sshLogin } from "@universe-optimize/cloud-vm/testing";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hostOf, leftOn, shareLogin } from "./host-of-sshd.ts";

const key = generateSshKeyPair("hosts crash test");
const request = { name: "crash", tags: { job: "job-1" }, authorizedKey: key.publicKey };
let home: string;
let one: TestSshd;
let two: TestSshd;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "cloud-vm-hosts-crash-"));
  const config = [`SetEnv HOME=${home}`];
  [one, two] = await Promise.all([startSshd({ config }), startSshd({ config })]);
  await shareLogin(one, two);
});
afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()]);
  await rm(home, { recursive: true, force: true });
});

const options = (): Parameters<typeof hostsProvider>[0] & { privateKey: string } => ({
  inventory: [hostOf("one", one), hostOf("two", two)],
  privateKey: one.privateKey,
});

/** Runs the act in a process of its own and kills it that long after it began. */
async function killed(act: "create" | "destroy", afterMs: number): Promise<void> {
  const program = fileURLToPath(new URL("./programs/act-on-hosts.ts", import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.end(JSON.stringify({ act, request, ...options() }));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await sleep(afterMs);
  child.kill("SIGKILL");
  await ended;
}

it.each([20, 60, 90, 120, 150, 200])(
  "a creation on hosts that is killed after %d ms is finished by the next",
  async (afterMs) => {
    await killed("create", afterMs);
    const provider = hostsProvider(options());
    const made = await provider.create(request);
    expect((await sshLogin(made, key.privateKey, "pwd")).stdout).toBe(`${made.ssh?.home}\n`);
    expect(await provider.list({})).toEqual([made]);
    await provider.destroy("crash");
    expect([...(await leftOn(one)), ...(await leftOn(two))]).toEqual([]);
  },
);

it.each([20, 60, 90, 120, 150, 200])(
  "a destruction on hosts that is killed after %d ms is finished by the next",
  async (afterMs) => {
    const provider = hostsProvider(options());
    const made = await provider.create(request);
    await sshLogin(
      made,
      key.privateKey,
      "trap '' TERM; setsid sh -c 'while :; do sleep 0.1; done' >/dev/null 2>&1 </dev/null &",
    );
    await killed("destroy", afterMs);
    expect(["running", "deleting", null]).toContain((await provider.get("crash"))?.state ?? null);
    await provider.destroy("crash");
    expect(await provider.get("crash")).toBeNull();
    // What the killed one had begun goes on at the host for a moment.
    await expect
      .poll(async () => [...(await leftOn(one)), ...(await leftOn(two))], { timeout: 20_000 })
      .toEqual([]);
  },
);
