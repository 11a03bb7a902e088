import { connectHost, type RunResult } from "../hosts/host-connection.ts";
import type { Machine } from "../machine.ts";

/** Logs in to a running machine with a key and runs one command in its home, as a session would. */
export async function sshLogin(machine: Machine, privateKey: string, command: string): Promise<RunResult> {
  if (machine.ssh === null)
    throw new Error(`Machine ${machine.name} is ${machine.state}: there is nothing to log in to.`);
  const { home } = machine.ssh;
  await using connection = await connectHost(machine.ssh, { privateKey });
  return await connection.run(
    home === null ? command : `HOME='${home}'; export HOME; cd "$HOME" || exit 99\n${command}`,
  );
}
