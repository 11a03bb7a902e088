import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MachineErrorCode } from "../errors.ts";
import { generateSshKeyPair, type SshKeyPair } from "../keys.ts";
import type { Machine, MachineRequest } from "../machine.ts";
import type { MachineProvider } from "../provider.ts";
import { sshLogin } from "./ssh-login.ts";

/** What a login with a command gives. */
export interface LoginResult {
  readonly exitCode: number | null;
  readonly stdout: string;
}

export interface MachineProviderSuiteOptions {
  readonly name: string;
  /** A provider with room for at least two machines at a time, and none in it. */
  open(): Promise<{
    readonly provider: MachineProvider;
    cleanup(): Promise<void>;
  }>;
  /** Logs in with a private key and runs a command in the machine's home; rejects when the key is refused. Default: over SSH. */
  readonly login?: (machine: Machine, privateKey: string, command: string) => Promise<LoginResult>;
  /** For one test; default 60,000. A provider of real clouds needs more. */
  readonly timeoutMs?: number;
}

/** What every `MachineProvider` must do. Call it in a vitest file; a new adapter is done when it passes. */
export function machineProviderSuite(options: MachineProviderSuiteOptions): void {
  const login = options.login ?? sshLogin;
  const timeout = options.timeoutMs ?? 60_000;
  const suffix = Date.now().toString(36);
  const named = (name: string): string => `${name}-${suffix}`;

  describe(`${options.name}: a machine provider`, { timeout }, () => {
    let opened: Awaited<ReturnType<typeof options.open>>;
    let provider: MachineProvider;
    let key: SshKeyPair;
    const request = (name: string, tags: MachineRequest["tags"] = { job: "job-1" }): MachineRequest => ({
      name: named(name),
      tags,
      authorizedKey: key.publicKey,
    });

    beforeAll(async () => {
      key = generateSshKeyPair("machine-provider-suite");
      opened = await options.open();
      provider = opened.provider;
    }, timeout);
    afterAll(async () => {
      await opened?.cleanup();
    }, timeout);

    it("says what separates its machines and what they cost", async () => {
      expect(provider.kind).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(provider.isolation.length).toBeGreaterThan(20);
      const price = await provider.price();
      expect(price.usdPerHour).toBeGreaterThanOrEqual(0);
      expect(price.source).not.toBe("");
    });

    it("creates a machine that lets the key in, with HOME as the working folder", async () => {
      const made = await provider.create(request("first"));
      expect(made).toMatchObject({
        name: named("first"),
        provider: provider.kind,
        state: "running",
        tags: { job: "job-1" },
      });
      expect(Math.abs(Date.now() - made.createdAt.getTime())).toBeLessThan(3_600_000);
      expect(made.ssh?.hostKeys.length).toBeGreaterThan(0);

      const { exitCode, stdout } = await login(
        made,
        key.privateKey,
        'printf "%s\\n%s\\n" "$HOME" "$(pwd -P)"; touch in-home && test -f "$HOME/in-home"',
      );
      const [home, cwd] = stdout.split("\n");
      expect(exitCode).toBe(0);
      expect(cwd).toBe(home);
      expect([home, null]).toContain(made.ssh?.home);
      await provider.destroy(made.name);
    });

    it("adopts the machine of that name instead of making a second one", async () => {
      const made = await provider.create(request("adopt"));
      await login(made, key.privateKey, "echo kept > kept");
      const adopted = await provider.create(request("adopt"));
      expect(adopted).toEqual(made);
      expect((await login(adopted, key.privateKey, "cat kept")).stdout).toBe("kept\n");
      expect(await provider.list({})).toHaveLength(1);
      await provider.destroy(made.name);
    });

    it("makes one machine when two creations race", async () => {
      const made = await Promise.all([
        provider.create(request("race")),
        provider.create(request("race")),
        provider.create(request("race")),
      ]);
      expect(made[1]).toEqual(made[0]);
      expect(made[2]).toEqual(made[0]);
      expect((await provider.list({})).map(({ name }) => name)).toEqual([named("race")]);
      await provider.destroy(named("race"));
    });

    it("refuses a name that belongs to something else, and leaves that alone", async () => {
      const made = await provider.create(request("taken"));
      await expect(provider.create(request("taken", { job: "job-2" }))).rejects.toMatchObject(
        error("name_taken"),
      );
      await expect(provider.create(request("taken", {}))).rejects.toMatchObject(error("name_taken"));
      expect(await provider.get(made.name)).toEqual(made);
      await provider.destroy(made.name);
    });

    it("gets what it created, and null for what it did not", async () => {
      expect(await provider.get(named("unknown"))).toBeNull();
      const made = await provider.create(request("known"));
      expect(await provider.get(made.name)).toEqual(made);
      expect(await provider.get(named("know"))).toBeNull();
      await provider.destroy(made.name);
      expect(await provider.get(made.name)).toBeNull();
    });

    it("lists by every tag, exactly, in the order of names", async () => {
      await provider.create(request("list-b", { campaign: "spring", job: "job-1" }));
      await provider.create(request("list-a", { campaign: "spring", job: "job-10" }));
      const names = async (tags: MachineRequest["tags"]): Promise<string[]> =>
        (await provider.list(tags)).map(({ name }) => name);
      expect(await names({ job: "job-1" })).toEqual([named("list-b")]);
      expect(await names({ job: "job-10" })).toEqual([named("list-a")]);
      expect(await names({ campaign: "spring" })).toEqual([named("list-a"), named("list-b")]);
      expect(await names({ campaign: "spring", job: "job-1" })).toEqual([named("list-b")]);
      expect(await names({ campaign: "Spring" })).toEqual([]);
      expect(await names({ job: "job-" })).toEqual([]);
      expect(await names({ other: "" })).toEqual([]);
      expect(await names({ toString: "x" })).toEqual([]);
      expect(await names({})).toEqual([named("list-a"), named("list-b")]);
      await provider.destroy(named("list-a"));
      expect(await names({})).toEqual([named("list-b")]);
      await provider.destroy(named("list-b"));
      expect(await names({})).toEqual([]);
    });

    it("keeps the homes of two machines apart", async () => {
      const one = await provider.create(request("home-1"));
      const two = await provider.create(request("home-2"));
      await login(one, key.privateKey, "echo one > mine");
      const { exitCode, stdout } = await login(two, key.privateKey, 'test -e "$HOME/mine"; echo $?');
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "1\n" });
      await Promise.all([provider.destroy(one.name), provider.destroy(two.name)]);
    });

    it("refuses every other key", async () => {
      const made = await provider.create(request("key"));
      const other = generateSshKeyPair("somebody else");
      await expect(login(made, other.privateKey, "true")).rejects.toBeInstanceOf(Error);
      expect((await login(made, key.privateKey, "true")).exitCode).toBe(0);
      await provider.destroy(made.name);
    });

    it("destroys again what is gone, and what never was", async () => {
      const made = await provider.create(request("gone"));
      await Promise.all([provider.destroy(made.name), provider.destroy(made.name)]);
      await provider.destroy(made.name);
      await provider.destroy(named("never"));
      expect(await provider.get(made.name)).toBeNull();
      await expect(login(made, key.privateKey, "true")).rejects.toBeInstanceOf(Error);
    });

    it("begins afresh under a name that was destroyed", async () => {
      const first = await provider.create(request("again"));
      await login(first, key.privateKey, "touch old");
      await provider.destroy(first.name);
      const second = await provider.create(request("again", { job: "job-2" }));
      expect((await login(second, key.privateKey, "test -e old; echo $?")).stdout).toBe("1\n");
      expect(second.tags).toEqual({ job: "job-2" });
      await provider.destroy(second.name);
    });

    it("ends what runs on a machine when it destroys it", async () => {
      const made = await provider.create(request("busy"));
      const started = await login(made, key.privateKey, "nohup sleep 987654 >/dev/null 2>&1 & echo $!");
      expect(started.stdout).toMatch(/^\d+\n$/);
      await provider.destroy(made.name);
      const next = await provider.create(request("busy-after"));
      // A machine of its own has no such process anyway; one that shares its computer must have lost it.
      const look = await login(
        next,
        key.privateKey,
        `kill -0 ${started.stdout.trim()} 2>/dev/null && ps -p ${started.stdout.trim()} -o args= | grep -c 987654`,
      );
      expect(look.stdout.trim()).not.toBe("1");
      await provider.destroy(next.name);
    });

    it.each(["", "-a", "1a", "A", "a_b", "a.b", "../a", "a/b", "a b", "a\n", "ä", "a".repeat(64)])(
      "refuses the name %j",
      async (name) => {
        const invalid = error("invalid_request");
        await expect(provider.create({ name, tags: {}, authorizedKey: key.publicKey })).rejects.toMatchObject(
          invalid,
        );
        await expect(provider.get(name)).rejects.toMatchObject(invalid);
        await expect(provider.destroy(name)).rejects.toMatchObject(invalid);
      },
    );

    it("refuses an authorized key that is none, without repeating it", async () => {
      const make = (authorizedKey: string): Promise<unknown> =>
        provider.create({ ...request("bad-key"), authorizedKey }).then(
          () => null,
          (failure: unknown) => failure,
        );
      for (const bad of [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        `${key.publicKey}\n${key.publicKey}`,
        `command="id" ${key.publicKey}`,
        key.privateKey,
      ]) {
        const failure = await make(bad);
        expect(failure).toMatchObject(error("invalid_request"));
        expect(String(failure)).not.toContain(bad.slice(20, 80) || "no such text");
      }
      expect(await provider.get(named("bad-key"))).toBeNull();
    });

    it("obeys an AbortSignal with the signal's own reason", async () => {
      const reason = new Error("enough");
      const aborted = AbortSignal.abort(reason);
      await expect(provider.create(request("aborted"), aborted)).rejects.toBe(reason);
      await expect(provider.get(named("aborted"), aborted)).rejects.toBe(reason);
      await expect(provider.list({}, aborted)).rejects.toBe(reason);
      await expect(provider.destroy(named("aborted"), aborted)).rejects.toBe(reason);
      expect(await provider.get(named("aborted"))).toBeNull();
    });
  });
}

function error(code: MachineErrorCode): { name: string; code: MachineErrorCode } {
  return { name: "MachineError", code };
}
