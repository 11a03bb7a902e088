import type { BackedVm, BootRequest, VmBacking } from "@universe-optimize/test-servers/arm";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import ssh2 from "ssh2";

/** Machines that only show their host key: an SSH server in this process that lets nobody in. */
export function lightBacking(): VmBacking {
  return { boot };
}

async function boot(request: BootRequest): Promise<BackedVm> {
  const own = generateSshKeyPair(request.name);
  const key = request.hostKey ?? own;
  let server: ssh2.Server | null = null;
  const connections = new Set<ssh2.Connection>();
  const halt = async (): Promise<void> => {
    const ending = server;
    server = null;
    for (const connection of connections) connection.end();
    if (ending !== null) await new Promise<void>((resolve) => ending.close(() => resolve()));
  };
  const start = async (): Promise<void> => {
    if (server !== null || request.host === null) return;
    const starting = new ssh2.Server({ hostKeys: [key.privateKey] }, (connection) => {
      connections.add(connection);
      connection.on("error", () => undefined);
      connection.on("close", () => connections.delete(connection));
      connection.on("authentication", (context) => context.reject());
    });
    server = starting;
    await new Promise<void>((resolve) => starting.listen(request.port, request.host ?? "", () => resolve()));
  };
  await start();
  const publicKey = key.publicKey.split(" ").slice(0, 2).join(" ");
  return {
    hostKeys: [publicKey],
    run: async (script) =>
      script.includes("/etc/ssh/ssh_host_")
        ? { stdout: `${publicKey} root@machine\n`, stderr: "" }
        : { stdout: "", stderr: "no such command" },
    halt,
    destroy: halt,
    start,
  };
}
