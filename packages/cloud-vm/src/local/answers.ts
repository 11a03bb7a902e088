import { connect } from "node:net";

/** What the server of a machine announces; holds the machine's id, so another program on the port is never taken for it. */
export function serverIdent(id: string): string {
  return `universe_${id.replaceAll("-", "")}`;
}

/** Whether the server of exactly this machine answers on the loopback port. Reads its first line, then hangs up. */
export async function answers(port: number, id: string, signal?: AbortSignal): Promise<boolean> {
  signal?.throwIfAborted();
  const expected = `SSH-2.0-${serverIdent(id)}\r\n`;
  const answered = await new Promise<boolean>((resolve) => {
    let seen = "";
    const socket = connect({ host: "127.0.0.1", port });
    const settle = (result: boolean): void => {
      socket.destroy();
      signal?.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const onAbort = (): void => settle(false);
    signal?.addEventListener("abort", onAbort);
    socket.setTimeout(5000, () => settle(false));
    socket.on("error", () => settle(false));
    socket.on("close", () => settle(false));
    socket.on("data", (data) => {
      seen += data.toString("latin1");
      if (seen.length >= expected.length) settle(seen.startsWith(expected));
    });
  });
  signal?.throwIfAborted();
  return answered;
}
