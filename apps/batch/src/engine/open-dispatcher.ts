import type { Services } from "@universe-optimize/pipeline";
import type { Dispatcher, DispatcherOptions } from "../dispatcher.ts";
import { localDispatcher } from "../local-dispatcher.ts";

/** The dispatcher that fits the campaign's database. */
export interface OpenedDispatcher extends AsyncDisposable {
  readonly dispatcher: Dispatcher;
  /** Several processes may work at once. */
  readonly shared: boolean;
}

/** Over PostgreSQL, where DATABASE_URL names one: several processes share the work. Over SQLite one process has it all. */
export async function openDispatcher(
  { secrets, config, store }: Services,
  options: DispatcherOptions,
): Promise<OpenedDispatcher> {
  const url = secrets.get("DATABASE_URL");
  if (url === null) {
    const dispatcher = localDispatcher(options);
    return { dispatcher, shared: false, [Symbol.asyncDispose]: () => dispatcher[Symbol.asyncDispose]() };
  }
  const [{ bossDispatcher }, { schemaOfCampaign, tellOfRuns }] = await Promise.all([
    import("../boss/index.ts"),
    import("@universe-optimize/state-store/postgres"),
  ]);
  const dispatcher = await bossDispatcher({ ...options, url, schema: schemaOfCampaign(config.campaign) });
  try {
    const telling = tellOfRuns(store, dispatcher.onRun);
    return {
      dispatcher,
      shared: true,
      async [Symbol.asyncDispose]() {
        telling[Symbol.dispose]();
        await dispatcher[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await dispatcher[Symbol.asyncDispose]();
    throw error;
  }
}
