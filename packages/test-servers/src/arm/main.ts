// An emulator in a process of its own: options as one line of JSON on standard input, where it listens as one line of JSON on standard output. It
// ends when standard input does, so it outlives whatever talks to it, but not who started it.
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ArmProcessOptions } from "./arm-process.ts";
import { startControlServer } from "./control-server.ts";
import { sshdBacking } from "./sshd-backing.ts";
import { startArm } from "./start-arm.ts";

const lines = createInterface({ input: process.stdin });
const [line] = (await once(lines, "line")) as [string];
const { backing, ...options } = JSON.parse(line) as ArmProcessOptions;
const arm = await startArm({ ...options, ...(backing === "sshd" ? { backing: sshdBacking() } : {}) });
const control = await startControlServer(arm);
const { url, subscriptionId, tenantId, clientId, clientSecret, caPem, caFile, sshPort, env } = arm;
const access = { url, subscriptionId, tenantId, clientId, clientSecret, caPem, caFile, sshPort, env };
process.stdout.write(`${JSON.stringify({ access, control: { url: control.url, token: control.token } })}\n`);

const end = async (): Promise<void> => {
  await control.stop();
  await arm.stop();
  process.exit(0);
};
lines.once("close", () => void end());
process.once("SIGTERM", () => void end());
process.once("SIGINT", () => void end());
