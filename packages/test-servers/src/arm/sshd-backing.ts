import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { generateSshKeyPair } from "../sshd/key-pair.ts";
import { startSshd, type TestSshd } from "../sshd/sshd.ts";
import type { BackedVm, BootRequest, VmBacking } from "./types.ts";

const RUN_LIMIT_MS = 60_000;
// sshd begins in the home that the system's list of users names, which all machines here would share. A VM has the Node that runs the
// tests: claims are measured with one that the system here may be too old for.
const IN_ITS_HOME =
  `ForceCommand export PATH="${path.dirname(process.execPath)}:$PATH"; cd "$HOME" && ` +
  'if [ -n "$SSH_ORIGINAL_COMMAND" ]; then exec "${SHELL:-/bin/sh}" -c "$SSH_ORIGINAL_COMMAND"; else exec "${SHELL:-/bin/sh}"; fi';

/**
 * Backs every VM with an OpenSSH server of its own, on the VM's own loopback address and with a temporary folder as HOME. Only the user who
 * runs the tests can log in, so that name has to be the request's `adminUsername`.
 */
export function sshdBacking(): VmBacking {
  return { usernames: [userInfo().username], boot: bootSshd };
}

async function bootSshd(request: BootRequest): Promise<BackedVm> {
  const { host, port } = request;
  if (host === null) throw new Error(`${request.name} has no address to listen on.`);
  const home = await mkdtemp(path.join(tmpdir(), "test-vm-"));
  const hostKey = request.hostKey ?? (await generateSshKeyPair());
  const start = async (): Promise<TestSshd> => {
    const sshd = await startSshd({ hostKey, home, config: [`ListenAddress ${host}:${port}`, IN_ITS_HOME] });
    for (const key of request.authorizedKeys) await sshd.authorizeKey(key);
    return sshd;
  };
  let sshd: TestSshd | null = await start();
  const halt = async (): Promise<void> => {
    const ending = sshd;
    sshd = null;
    await ending?.stop();
  };
  return {
    hostKeys: [hostKey.publicKey],
    run: (script) => runScript(script, home),
    halt,
    start: async () => {
      sshd ??= await start();
    },
    destroy: async () => {
      await halt();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function runScript(script: string, home: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", script], {
      cwd: home,
      env: { HOME: home, PATH: process.env["PATH"] },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: RUN_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.once("error", reject);
    child.once("close", () => resolve(output));
  });
}
