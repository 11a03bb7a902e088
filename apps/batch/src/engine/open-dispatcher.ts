import type { Services } from "@universe-optimize/pipeline";
import type { Dispatcher, DispatcherOptions } from "../dispatcher.ts";
import { localDispatcher } from "../local-dispatcher.ts";

/** The dispatcher that fits the campaign's database. */
export interface OpenedDispatcher extends AsyncDisposable {
  readonly dispatcher: Dispatcher;
  /** Several processes may work at once. */
  readonly shared: boolean;
}

/** One process with SQLite. */
export async function openDispatcher(
  _services: Services,
  options: DispatcherOptions,
): Promise<OpenedDispatcher> {
  const dispatcher = localDispatcher(options);
  return { dispatcher, shared: false, [Symbol.asyncDispose]: () => dispatcher[Symbol.asyncDispose]() };
}
