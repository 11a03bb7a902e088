// The process in which the fault proxies of a soak live, so that the orchestrator's memory and CPU are its own.
import { startFaultProxy, type Fault, type FaultProxy } from "@universe-optimize/test-servers/tcp-fault";

export type Order =
  | { readonly act: "start"; readonly host: string; readonly port: number }
  | { readonly act: "setFault" | "setFaultOfNew"; readonly proxy: number; readonly fault: Fault }
  | { readonly act: "cut"; readonly proxy: number; readonly how: "rst" | "fin" }
  | { readonly act: "cutAfter"; readonly proxy: number; readonly bytes: number | null };

export interface Answer {
  readonly id: number;
  /** `start`: the proxy's port; `cut`: how many connections; otherwise 0. */
  readonly value: number;
  readonly error?: string;
}

const proxies: FaultProxy[] = [];

async function obey(order: Order): Promise<number> {
  if (order.act === "start") {
    const proxy = await startFaultProxy(order);
    proxies.push(proxy);
    return proxy.port;
  }
  const proxy = proxies.find(({ port }) => port === order.proxy);
  if (proxy === undefined) throw new Error(`no proxy listens at port ${order.proxy}`);
  if (order.act === "cut") return proxy.cut(order.how);
  if (order.act === "cutAfter") proxy.cutAfter(order.bytes);
  else proxy[order.act](order.fault);
  return 0;
}

process.on("message", ({ id, order }: { readonly id: number; readonly order: Order }) => {
  obey(order).then(
    (value) => process.send?.({ id, value } satisfies Answer),
    (error: unknown) => process.send?.({ id, value: 0, error: String(error) } satisfies Answer),
  );
});
// Whoever started this is gone.
process.on("disconnect", () => process.exit());
