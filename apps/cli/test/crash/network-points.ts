import { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { basename } from "node:path";
import type { Points } from "./points.ts";

/** Points before and after every HTTP request of this process: Azure's SDK uses node:http, everything else fetch. */
export function watchRequests(points: Points): void {
  const labels = new WeakMap<ClientRequest, string>();
  subscribe("http.client.request.created", (message) => {
    const { request } = message as { request: ClientRequest };
    const label = `${request.method} ${request.path.split("?")[0]}`;
    labels.set(request, label);
    points.pass("before", label);
  });
  subscribe("http.client.response.finish", (message) => {
    const { request } = message as { request: ClientRequest };
    points.pass("after", labels.get(request) ?? "a request");
  });
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    return await points.around(`${method} ${url.pathname}`, () => fetch(input, init));
  };
}

interface Spawning {
  spawn(options: { readonly file: string; readonly args?: readonly string[] }): unknown;
  once(event: "exit", listener: () => void): unknown;
}

/** Points before and after every program that is started, and one when it runs and nobody waits for it any more. */
export function watchProgramStarts(points: Points): void {
  const prototype = ChildProcess.prototype as unknown as Spawning;
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const label = commandOf(options.file, options.args ?? []);
    points.pass("before", label);
    this.once("exit", () => points.pass("after", label));
    const result = spawn.call(this, options);
    points.pass("during", label);
    return result;
  };
}

/** `git push` out of `git -c … --git-dir … push …`. */
function commandOf(file: string, args: readonly string[]): string {
  const name = basename(file);
  if (name !== "git") return name;
  const words = args.slice(1);
  const isOption = (index: number): boolean =>
    words[index]?.startsWith("-") === true ||
    /^(?:-c|-C|--git-dir|--work-tree)$/.test(words[index - 1] ?? "");
  return `git ${words.find((_, index) => !isOption(index)) ?? ""}`;
}
