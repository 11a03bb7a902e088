import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Fault } from "@universe-optimize/test-servers/tcp-fault";
import type { Answer, Order } from "./fault-network-process.ts";

/** One machine's network, in the other process. */
export interface FaultLine {
  readonly host: "127.0.0.1";
  readonly port: number;
  setFault(fault: Fault): Promise<void>;
  setFaultOfNew(fault: Fault): Promise<void>;
  /** Resolves with how many connections were cut. */
  cut(how?: "rst" | "fin"): Promise<number>;
  cutAfter(bytesFromServer: number | null): Promise<void>;
}

export interface FaultNetwork extends AsyncDisposable {
  addLine(target: { readonly host: string; readonly port: number }): Promise<FaultLine>;
}

/** Starts a process for fault proxies. Disposing it ends them all. */
export function startFaultNetwork(): FaultNetwork {
  const child = fork(fileURLToPath(new URL("fault-network-process.ts", import.meta.url)), {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve: (value: number) => void; reject: (error: Error) => void }>();
  const exited = once(child, "exit");
  child.once("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("the process of the fault proxies ended"));
    waiting.clear();
  });
  let orders = 0;
  child.on("message", ({ id, value, error }: Answer) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(value);
    else caller?.reject(new Error(error));
  });
  const give = (order: Order): Promise<number> =>
    new Promise((resolve, reject) => {
      const id = ++orders;
      waiting.set(id, { resolve, reject });
      child.send({ id, order }, (error) => {
        if (error === null) return;
        waiting.delete(id);
        reject(error);
      });
    });
  return {
    addLine: async ({ host, port }) => {
      const proxy = await give({ act: "start", host, port });
      return {
        host: "127.0.0.1",
        port: proxy,
        setFault: async (fault) => void (await give({ act: "setFault", proxy, fault })),
        setFaultOfNew: async (fault) => void (await give({ act: "setFaultOfNew", proxy, fault })),
        cut: (how = "rst") => give({ act: "cut", proxy, how }),
        cutAfter: async (bytes) => void (await give({ act: "cutAfter", proxy, bytes })),
      };
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
