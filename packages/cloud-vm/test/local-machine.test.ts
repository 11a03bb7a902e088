import { spawn, spawnSync } from "node:child_process";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { localProvider } from "@universe-optimize/cloud-vm/local";
import { sshLogin } from "@universe-optimize/cloud-vm/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const key = generateSshKeyPair("local machine test");
const request = { name: "one", tags: {}, authorizedKey: key.publicKey };
const patient = { timeout: 15_000 };
let directory: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "cloud-vm-machine-")));
});
afterEach(async () => {
  const provider = localProvider({ directory });
  await provider.destroy("one");
  await provider.destroy("two");
  await rm(directory, { recursive: true, force: true });
});

async function serverPid(name = "one"): Promise<number> {
  const files = (await readdir(join(directory, name))).filter((file) => /^server\.\d+\.json$/.test(file));
  const claim: unknown = JSON.parse(await readFile(join(directory, name, files[0] ?? ""), "utf8"));
  return Number(Reflect.get(Object(claim), "pid"));
}

function isAlive(pid: number): boolean {
  // A process that has ended may stay in the table until its parent looks: that is none.
  const { status, stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && !stdout.startsWith("Z");
}

describe("a local machine", () => {
  it("is stopped when its server was killed, and comes back with files, host key and port", async () => {
    const provider = localProvider({ directory });
    const made = await provider.create(request);
    await sshLogin(made, key.privateKey, "echo kept > kept");
    process.kill(await serverPid(), "SIGKILL");
    await expect.poll(async () => (await provider.get("one"))?.state, patient).toBe("stopped");
    expect(await provider.get("one")).toMatchObject({ ssh: null, tags: {}, name: "one" });
    const again = await provider.create(request);
    expect(again).toEqual(made);
    expect((await sshLogin(again, key.privateKey, "cat kept")).stdout).toBe("kept\n");
  });

  it("is not taken for another program with its server's process id or port", async () => {
    const provider = localProvider({ directory });
    const made = await provider.create(request);
    const pid = await serverPid();
    process.kill(pid, "SIGKILL");
    await expect.poll(() => isAlive(pid), patient).toBe(false);
    // A claim in the name of a living process (this one) that began at another time.
    const claim = JSON.stringify({ number: 1, pid: process.pid, start: "another-1", port: made.ssh?.port });
    await writeFile(join(directory, "one", "server.1.json"), claim);
    expect((await provider.get("one"))?.state).toBe("stopped");
    expect((await provider.create(request)).state).toBe("running");
  });

  it("takes the key of whoever adopts it, and lets the former one in no more", async () => {
    const provider = localProvider({ directory });
    await provider.create(request);
    const newer = generateSshKeyPair("newer");
    const adopted = await provider.create({ ...request, authorizedKey: newer.publicKey });
    expect((await sshLogin(adopted, newer.privateKey, "true")).exitCode).toBe(0);
    await expect(sshLogin(adopted, key.privateKey, "true")).rejects.toMatchObject({
      code: "unreachable",
      retryable: false,
    });
  });

  it("ends with everything in it, and goes away, at the end of its time", async () => {
    const provider = localProvider({ directory, ttlHours: 2 / 3600 });
    const made = await provider.create(request);
    const { stdout } = await sshLogin(
      made,
      key.privateKey,
      "setsid sleep 864209 >/dev/null 2>&1 </dev/null & echo $!",
    );
    const [pid, server] = [Number(stdout), await serverPid()];
    await expect.poll(() => readdir(directory), patient).toEqual([]);
    await expect.poll(() => [isAlive(pid), isAlive(server)], patient).toEqual([false, false]);
    expect(await provider.get("one")).toBeNull();
  });

  it("ends with everything in it when its folder is removed", async () => {
    const provider = localProvider({ directory });
    const made = await provider.create(request);
    const { stdout } = await sshLogin(
      made,
      key.privateKey,
      "setsid sleep 753108 >/dev/null 2>&1 </dev/null & echo $!",
    );
    const [pid, server] = [Number(stdout), await serverPid()];
    await rm(join(directory, "one"), { recursive: true });
    await expect.poll(() => [isAlive(pid), isAlive(server)], patient).toEqual([false, false]);
    expect(await provider.get("one")).toBeNull();
  });

  it("takes nothing with it that belongs to another machine, also one of the same name elsewhere", async () => {
    const provider = localProvider({ directory });
    const elsewhere = join(directory, "elsewhere.d");
    const other = localProvider({ directory: elsewhere });
    const here = await provider.create(request);
    const there = await other.create(request);
    const bystander = spawn("sleep", ["642097"], {
      stdio: "ignore",
      env: { PATH: process.env["PATH"], UNIVERSE_MACHINE: "one", HOME: join(directory, "one", "home") },
    });
    const start = "setsid sleep 531986 >/dev/null 2>&1 </dev/null & echo $!";
    const mine = Number((await sshLogin(here, key.privateKey, start)).stdout);
    const theirs = Number((await sshLogin(there, key.privateKey, start)).stdout);
    await provider.destroy("one");
    expect([isAlive(mine), isAlive(theirs), bystander.exitCode, bystander.signalCode]).toEqual([
      false,
      true,
      null,
      null,
    ]);
    expect((await other.get("one"))?.state).toBe("running");
    bystander.kill("SIGKILL");
    await other.destroy("one");
    expect(isAlive(theirs)).toBe(false);
  });

  it("ends a process that wiped its environment and outlives its parent by ignoring TERM", async () => {
    const provider = localProvider({ directory });
    const made = await provider.create(request);
    const { stdout } = await sshLogin(
      made,
      key.privateKey,
      "nohup sh -c 'trap \"\" TERM; env -i /bin/sleep 420864 & echo $! > pid; trap - TERM; wait' >/dev/null 2>&1 & while ! test -s pid; do sleep 0.05; done; cat pid",
    );
    await provider.destroy("one");
    expect(isAlive(Number(stdout))).toBe(false);
  });

  it("is removed with folders that a program made read-only, and without following links", async () => {
    const provider = localProvider({ directory });
    const outside = join(directory, "outside.d");
    await mkdir(outside);
    await writeFile(join(outside, "precious"), "kept");
    const made = await provider.create(request);
    await sshLogin(
      made,
      key.privateKey,
      `mkdir -p a/b && touch a/b/c && chmod 0500 a/b && chmod 0 a; ln -s '${outside}' link`,
    );
    await provider.destroy("one");
    expect(await readdir(directory)).toEqual(["outside.d"]);
    expect(await readFile(join(outside, "precious"), "utf8")).toBe("kept");
    expect((await stat(outside)).isDirectory()).toBe(true);
  });

  it.each(["", "{", "null", "[]", '{"name":"one"}', "x".repeat(300_000)])(
    "with a damaged machine.json (%.12j) is neither adopted nor forgotten, and can be destroyed",
    async (text) => {
      const provider = localProvider({ directory });
      await provider.create(request);
      const server = await serverPid();
      await writeFile(join(directory, "one", "machine.json"), text);
      const damaged = expect.objectContaining({
        name: "MachineError",
        code: "unreachable",
        retryable: false,
      });
      await expect(provider.get("one")).rejects.toEqual(damaged);
      await expect(provider.list({})).rejects.toEqual(damaged);
      await expect(provider.create(request)).rejects.toEqual(damaged);
      await provider.destroy("one");
      expect(await provider.get("one")).toBeNull();
      await expect.poll(() => isAlive(server), patient).toBe(false);
    },
  );

  it("begins although a last command of the former one made its home again", async () => {
    const provider = localProvider({ directory });
    await mkdir(join(directory, "one", "home", "cache"), { recursive: true });
    expect(await provider.get("one")).toBeNull();
    const made = await provider.create(request);
    expect((await sshLogin(made, key.privateKey, "test -e cache; echo $?")).stdout).toBe("1\n");
  });

  it("leaves other things in the directory alone", async () => {
    await writeFile(join(directory, "README"), "mine");
    await mkdir(join(directory, ".git"));
    const provider = localProvider({ directory });
    await provider.create(request);
    await provider.create({ ...request, name: "two" });
    expect((await provider.list({})).map(({ name }) => name)).toEqual(["one", "two"]);
    await provider.destroy("one");
    await provider.destroy("two");
    expect((await readdir(directory)).toSorted()).toEqual([".git", "README"]);
  });

  it("says why its server did not start, and what to do", async () => {
    const provider = localProvider({ directory, nodePath: join(directory, "no-node") });
    await expect(provider.create(request)).rejects.toMatchObject({
      code: "create_failed",
      message: expect.stringMatching(/did not start .*no-node.*ENOENT.*server\.log/s),
    });
    expect((await localProvider({ directory }).create(request)).state).toBe("running");
  });

  it("says why its directory cannot be used", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    await expect(localProvider({ directory: file }).create(request)).rejects.toMatchObject({
      code: "create_failed",
      message: expect.stringContaining(file),
    });
    expect(() => localProvider({ directory, ttlHours: 0 })).toThrow("ttlHours");
    expect(await localProvider({ directory: join(directory, "never") }).list({})).toEqual([]);
  });

  it("lies in folders of its user only", async () => {
    const provider = localProvider({ directory: join(directory, "machines.d") });
    await provider.create(request);
    for (const path of ["machines.d", "machines.d/one", "machines.d/one/home"]) {
      expect((await stat(join(directory, path))).mode & 0o077).toBe(0);
    }
    await provider.destroy("one");
  });

  it("is known under its real path when the directory is reached by a link", async () => {
    const real = join(directory, "real.d");
    await mkdir(real);
    await chmod(real, 0o700);
    const { symlink } = await import("node:fs/promises");
    await symlink(real, join(directory, "link.d"));
    const made = await localProvider({ directory: join(directory, "link.d") }).create(request);
    expect(made.ssh?.home).toBe(join(real, "one", "home"));
    expect(await localProvider({ directory: real }).get("one")).toEqual(made);
    await localProvider({ directory: real }).destroy("one");
  });

  it("is not lost when somebody moves its folder away", async () => {
    const provider = localProvider({ directory });
    await provider.create(request);
    const server = await serverPid();
    await rename(join(directory, "one"), join(directory, "moved.d"));
    await expect.poll(() => isAlive(server), patient).toBe(false);
    await rename(join(directory, "moved.d"), join(directory, "one"));
    expect((await provider.create(request)).state).toBe("running");
  });
});
