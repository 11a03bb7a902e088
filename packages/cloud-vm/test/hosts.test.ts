import { mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostsProvider, type HostEntry } from "@universe-optimize/cloud-vm/hosts";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { sshLogin } from "@universe-optimize/cloud-vm/testing";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryOf, hostOf, keysFileOf, leftOn, shareLogin } from "./host-of-sshd.ts";

const key = generateSshKeyPair("hosts test");
const request = { name: "run-a", tags: { job: "job-1" }, authorizedKey: key.publicKey };
let one: TestSshd;
let two: TestSshd;
let home: string;
let inventory: [HostEntry, HostEntry];
const open = (entries: HostEntry[] = inventory): ReturnType<typeof hostsProvider> =>
  hostsProvider({ inventory: entries, privateKey: one.privateKey, owner: "spring campaign" });
const leaseFile = (sshd: TestSshd): string => join(directoryOf(sshd), "lease", "lease.json");

beforeAll(async () => {
  // An empty home: the login shell of whoever runs the tests reads its start-up files for every command.
  home = await realpath(await mkdtemp(join(tmpdir(), "cloud-vm-hosts-")));
  const config = [`SetEnv HOME=${home}`];
  [one, two] = await Promise.all([startSshd({ config }), startSshd({ config })]);
  await shareLogin(one, two);
  inventory = [hostOf("one", one), hostOf("two", two)];
});
afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()]);
  await rm(home, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const sshd of [one, two]) {
    await rm(directoryOf(sshd), { recursive: true, force: true });
    await mkdir(directoryOf(sshd));
  }
});

describe("hosts of an inventory", () => {
  it("are taken one machine each; then it says who has them", async () => {
    const provider = open();
    const [first, second] = [
      await provider.create(request),
      await provider.create({ ...request, name: "run-b" }),
    ];
    expect([first.id, second.id]).toEqual(["one", "two"]);
    await expect(provider.create({ ...request, name: "run-c" })).rejects.toMatchObject({
      code: "capacity",
      retryable: true,
      message: expect.stringMatching(
        /All 2 hosts are taken: one by run-a of spring campaign since .*; two by run-b/,
      ),
    });
    await provider.destroy("run-a");
    expect((await provider.create({ ...request, name: "run-c" })).id).toBe("one");
    await Promise.all([provider.destroy("run-b"), provider.destroy("run-c")]);
    expect([...(await leftOn(one)), ...(await leftOn(two))]).toEqual([]);
  });

  it("keep a lease that any orchestrator finds, whatever the order of its inventory", async () => {
    const made = await open().create(request);
    const other = open(inventory.toReversed());
    expect(await other.get("run-a")).toEqual(made);
    expect(await other.create(request)).toEqual(made);
    expect(await other.list({ job: "job-1" })).toEqual([made]);
    await other.destroy("run-a");
    expect(await open().get("run-a")).toBeNull();
  });

  it("give one host to a machine that several orchestrators create at once", async () => {
    const made = await Promise.all(
      [open(), open(inventory.toReversed()), open(), open(inventory.toReversed())].map((provider) =>
        provider.create(request),
      ),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await open().list({})).toEqual([made[0]]);
    await open().destroy("run-a");
    expect([...(await leftOn(one)), ...(await leftOn(two))]).toEqual([]);
  });

  it("give each of several machines a host of its own when they are created at once", async () => {
    const made = await Promise.all([open().create(request), open().create({ ...request, name: "run-b" })]);
    expect(made.map(({ id }) => id).toSorted()).toEqual(["one", "two"]);
    await Promise.all([open().destroy("run-a"), open().destroy("run-b")]);
  });

  it("lose every process of the machine, however it hid, and nothing else", async () => {
    const provider = open();
    const made = await provider.create(request);
    const machineHome = made.ssh?.home ?? "";
    const start = (command: string): string =>
      `setsid sh -c "${command} >/dev/null 2>&1 </dev/null & echo \\$! >> '${machineHome}/pids'"`;
    await sshLogin(
      made,
      key.privateKey,
      [
        start("setsid sleep 330011"), // HOME in its environment
        `cd / && ${start("UNIVERSE_MACHINE=run-a HOME=/ setsid sleep 330022")}`, // only the name
        `cd "$HOME/tmp"; ${start("env -i /bin/sleep 330033")}`, // only its folder
      ].join("\n"),
    );
    const others = await sshLogin(
      made,
      one.privateKey,
      'cd /; for mark in UNIVERSE_MACHINE=run-ab HOME=$HOME/x "NOTE=a\nUNIVERSE_MACHINE=run-a\nb" "UNIVERSE_MACHINE=run-a UNIVERSE_MACHINE_ID=1"; do' +
        ' case $mark in *_ID=1) set -- UNIVERSE_MACHINE=run-a UNIVERSE_MACHINE_ID=1;; *) set -- "$mark";; esac;' +
        ' env -i "$@" setsid sleep 330044 >/dev/null 2>&1 </dev/null & echo $!; done',
    );
    const pids = (await readFile(join(machineHome, "pids"), "utf8")).trim().split("\n");
    const otherPids = others.stdout.trim().split("\n");
    expect([pids.length, otherPids.length]).toEqual([3, 4]);
    await provider.destroy("run-a");
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false, false]);
    expect(await Promise.all(otherPids.map(isAlive))).toEqual([true, true, true, true]);
    for (const pid of otherPids) process.kill(Number(pid), "SIGKILL");
  });

  it("let the machine's key in while it lives, and keep the keys that were there", async () => {
    const provider = open();
    const before = await readFile(keysFileOf(one), "utf8");
    await writeFile(keysFileOf(one), `${before}# a note\nssh-rsa AAAAunfinished last-line-without-end`);
    const made = await provider.create(request);
    await provider.create(request);
    const during = await readFile(keysFileOf(one), "utf8");
    expect(during.split("\n").filter((line) => line.endsWith(" universe-machine=run-a"))).toHaveLength(1);
    expect((await sshLogin(made, key.privateKey, "true")).exitCode).toBe(0);
    await provider.destroy("run-a");
    expect(await readFile(keysFileOf(one), "utf8")).toBe(
      `${before}# a note\nssh-rsa AAAAunfinished last-line-without-end\n`,
    );
    await writeFile(keysFileOf(one), before);
  });

  it("leave the orchestrator's own key alone when the machine is made with that one", async () => {
    const before = await readFile(keysFileOf(one), "utf8");
    const [type = "", base64 = ""] = before.split(" ");
    const provider = open();
    await provider.create({ ...request, authorizedKey: `${type} ${base64.trim()}` });
    await provider.destroy("run-a");
    expect(await readFile(keysFileOf(one), "utf8")).toBe(before);
  });

  it("are cleaned of what a killed creation or destruction left", async () => {
    const provider = open();
    const made = await provider.create(request);
    const held = await readFile(leaseFile(one), "utf8");
    // Killed after the lease, before the home.
    await rm(join(directoryOf(one), "run-a"), { recursive: true });
    expect(await provider.create(request)).toEqual(made);
    expect((await sshLogin(made, key.privateKey, "pwd")).stdout).toBe(`${made.ssh?.home}\n`);
    // Killed while it was being removed.
    await writeFile(leaseFile(one), held.replace('"held"', '"deleting"'));
    expect(await provider.get("run-a")).toMatchObject({ state: "deleting", ssh: null });
    const again = await provider.create({ ...request });
    expect(again.createdAt.getTime()).toBeGreaterThan(made.createdAt.getTime());
    await writeFile(leaseFile(one), (await readFile(leaseFile(one), "utf8")).replace('"held"', '"deleting"'));
    await provider.destroy("run-a");
    expect(await leftOn(one)).toEqual([]);
    // Killed between the folder of the lease and the lease.
    await mkdir(join(directoryOf(one), "lease"));
    expect((await provider.create(request)).id).toBe("one");
    // The lease was lost, the folder not.
    await rm(join(directoryOf(one), "lease"), { recursive: true });
    await provider.destroy("run-a");
    expect(await leftOn(one)).toEqual([]);
  });

  it("are taken over from a claim that nobody finished, after a grace time", async () => {
    const claim = JSON.stringify({
      name: "run-x",
      id: "00000000-0000-4000-8000-000000000000",
      state: "claiming",
      tags: {},
      createdAt: new Date().toISOString(),
      owner: "",
    });
    await mkdir(join(directoryOf(one), "lease"));
    await writeFile(leaseFile(one), `${claim}\n`);
    const provider = open([inventory[0]]);
    expect(await provider.get("run-x")).toMatchObject({ state: "creating", ssh: null });
    await expect(provider.create(request)).rejects.toMatchObject({ code: "capacity" });
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(leaseFile(one), longAgo, longAgo);
    expect((await provider.create(request)).state).toBe("running");
    expect(await provider.get("run-x")).toBeNull();
    await provider.destroy("run-a");
    expect(await leftOn(one)).toEqual([]);
  });

  it.each(["garbage", "{}", '{"name":"../x"}', "\u001b[2J"])(
    "count as taken under a lease that cannot be read (%j)",
    async (text) => {
      await mkdir(join(directoryOf(one), "lease"));
      await writeFile(leaseFile(one), text);
      await expect(open([inventory[0]]).create(request)).rejects.toMatchObject({
        code: "capacity",
        message: expect.stringContaining(leaseFile(one)),
      });
      expect(await readFile(leaseFile(one), "utf8")).toBe(text);
      expect(await readdir(directoryOf(one))).toEqual(["lease"]);
    },
  );

  it("that do not answer are unknown, not gone", async () => {
    const silent: HostEntry = { ...inventory[1], name: "silent", port: 1 };
    const provider = open([inventory[0], silent]);
    const unreachable = { code: "unreachable", retryable: true, message: expect.stringContaining("silent") };
    await expect(provider.create(request)).rejects.toMatchObject(unreachable);
    expect(await leftOn(one)).toEqual([]);
    const made = await open([inventory[0]]).create(request);
    await expect(provider.list({})).rejects.toMatchObject(unreachable);
    expect(await provider.get("run-a")).toEqual(made);
    await expect(provider.get("run-b")).rejects.toMatchObject(unreachable);
    await expect(provider.destroy("run-b")).rejects.toMatchObject(unreachable);
    await provider.destroy("run-a");
    expect(await leftOn(one)).toEqual([]);
  });

  it("with another host key than the pinned one are never used", async () => {
    const impostor: HostEntry = { ...inventory[0], hostKeys: [generateSshKeyPair("other").publicKey] };
    const otherKind: HostEntry = { ...inventory[0], hostKeys: [RSA_HOST_KEY] };
    for (const entry of [impostor, otherKind]) {
      const provider = open([entry]);
      const refused = { code: "host_key_mismatch", retryable: false };
      await expect(provider.create(request)).rejects.toMatchObject(refused);
      await expect(provider.get("run-a")).rejects.toMatchObject(refused);
      await expect(provider.list({})).rejects.toMatchObject(refused);
    }
    expect(await leftOn(one)).toEqual([]);
  });

  it("that refuse the key say so", async () => {
    const provider = hostsProvider({ inventory, privateKey: key.privateKey });
    await expect(provider.list({})).rejects.toMatchObject({
      code: "unreachable",
      retryable: false,
      message: expect.stringContaining("authorized_keys"),
    });
  });

  it("use the login user's own home when the inventory says nothing else", async () => {
    const { directory: _directory, ...entry } = inventory[0];
    const provider = open([entry]);
    const made = await provider.create(request);
    expect(made.ssh?.home).toBe(join(home, ".universe-hosts", "run-a", "home"));
    await provider.destroy("run-a");
    expect(await readdir(join(home, ".universe-hosts"))).toEqual([]);
  });
});

describe("an inventory", () => {
  it.each<[string, Partial<HostEntry>[]]>([
    ["no hosts", []],
    ["used before", [{}, {}]],
    ["no host keys", [{ hostKeys: [] }]],
    ["no public key", [{ hostKeys: ["localhost ssh-ed25519 AAAA"] }]],
    ["the port 0", [{ port: 0 }]],
    ["no host or no username", [{ username: "" }]],
    ["absolute", [{ directory: "relative" }]],
    ["absolute", [{ authorizedKeysFile: "/a\nb" }]],
  ])("is refused with '%s'", (message, changes) => {
    const entries = changes.map((change) => ({ ...inventory[0], ...change }));
    expect(() => open(entries)).toThrow(
      expect.objectContaining({ code: "invalid_request", message: expect.stringContaining(message) }),
    );
  });

  it("needs a private key", () => {
    expect(() => hostsProvider({ inventory, privateKey: key.publicKey })).toThrow("private key");
  });
});

// A public key from nobody's server: 'ssh-rsa', exponent 65537, a made-up modulus.
const RSA_HOST_KEY = (() => {
  const field = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  const blob = Buffer.concat([
    field(Buffer.from("ssh-rsa")),
    field(Buffer.from([1, 0, 1])),
    field(Buffer.alloc(256, 0x5a)),
  ]);
  return `ssh-rsa ${blob.toString("base64")}`;
})();

async function isAlive(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tX");
  return !/^State:\s*[ZX]/m.test(status);
}
