import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  buildKit,
  demoProjects,
  explainPreflight,
  parseCostProbe,
  writeDemoUpstream,
  costProbe,
  preflightPlan,
  sessionEnd,
  type AgentSettings,
  type LaunchPlan,
  type PreflightVerdict,
  type RunBrief,
  type SessionEnd,
} from "@universe-optimize/agent-kit";
import { parseTranscript, type Transcript } from "@universe-optimize/results-parser";
import {
  startMessagesApi,
  type MessagesApi,
  type MessagesApiOptions,
} from "@universe-optimize/test-servers/messages-api";
import { inject } from "vitest";
import { briefOf, environment, machine, temporaryFolder, type Machine, type Run } from "../test/machine.ts";

export const CLAUDE: AgentSettings = {
  kind: "claude-code",
  model: "opus",
  fallbackModel: null,
  maxTurns: 50,
  maxBudgetUsd: 20,
  plugin: null,
  command: null,
};

/** Not a key, and not written as one. */
const DUMMY_KEY: string = ["dummy", "for", "tests"].join("-");

/** A bootstrapped machine with the real agent on its path. The API may be exchanged between sessions. */
export interface Bench extends AsyncDisposable {
  readonly target: Machine;
  readonly brief: RunBrief;
  /** What the sessions have printed so far, as the supervisor's log would have it. */
  readonly log: () => string;
  readonly serve: (options: MessagesApiOptions) => Promise<MessagesApi>;
  readonly launch: (plan: LaunchPlan, options?: Run) => Promise<Session>;
  readonly preflight: (
    settings: AgentSettings,
    env?: Readonly<Record<string, string>>,
    path?: string,
  ) => Promise<PreflightVerdict>;
  readonly cost: () => Promise<number | null>;
}

interface Session {
  readonly code: number | null;
  /** Of the whole log. */
  readonly transcript: Transcript;
  readonly end: SessionEnd;
}

/** With a plugin in `settings` the project is Python's and the plugin's folder is for the test to fill. */
export async function bench(settings: AgentSettings = CLAUDE): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const target = stack.use(await machine());
  const language = settings.plugin === null ? "javascript" : "python";
  const project = demoProjects().find((one) => one.language === language);
  if (project === undefined) throw new Error(`no demonstration project in ${language}`);
  const upstream = await writeDemoUpstream(project, path.join(folder.path, "upstream"));
  const brief = briefOf(project, upstream.head);
  const agentPath = `${inject("claudeBin")}:${environment("/")["PATH"]}`;
  await target.install(
    await buildKit(brief, {
      agent: { ...settings, plugin: null },
      campaignDirectory: null,
      system: "check",
      cloneUrl: null,
    }),
  );
  await target.bundle(upstream.path);
  const ready = await target.bootstrap({ path: agentPath });
  if (ready.code !== 0) throw new Error(ready.output);
  let url = "http://127.0.0.1:9";
  let log = "";
  // Whatever is not on this computer would have to pass a proxy that does not listen.
  const nowhere = "http://127.0.0.1:9";
  const env = (): Record<string, string> => ({
    ANTHROPIC_API_KEY: DUMMY_KEY,
    ANTHROPIC_BASE_URL: url,
    HTTPS_PROXY: nowhere,
    HTTP_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost",
  });
  const kept = stack.move();
  const shell = (
    plan: { readonly command: string; readonly env: Readonly<Record<string, string>> },
    options: Run,
  ) =>
    target.launch(
      { command: plan.command, env: plan.env, secretNames: [], logFile: "" },
      { path: agentPath, ...options, env: { ...env(), ...options.env } },
    );
  return {
    target,
    brief,
    log: () => log,
    serve: async (options) => {
      const api = kept.use(await startMessagesApi(options));
      url = api.url;
      return api;
    },
    launch: async (plan, options = {}) => {
      const done = await shell(plan, options);
      log += done.output;
      const transcript = await parseTranscript(bytes(log));
      return { code: done.code, transcript, end: sessionEnd(transcript, done.code) };
    },
    preflight: async (chosen, more = {}, where = agentPath) => {
      const plan = preflightPlan(brief, chosen);
      if (plan === null) throw new Error("Claude Code has a preflight");
      const done = await shell(plan, { env: more, path: where });
      return explainPreflight(done.code, done.output);
    },
    cost: async () => {
      const probe = costProbe(brief, settings);
      if (probe === null) throw new Error("Claude Code has a cost probe");
      return parseCostProbe((await shell({ command: probe, env: {} }, {})).output);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Writes what was printed as a fixture of the default suite, without the paths and ports of this computer; only with UNIVERSE_RECORD=1. */
export async function record(name: string, on: Bench): Promise<void> {
  if (process.env["UNIVERSE_RECORD"] !== "1") return;
  const folder = new URL("../test/fixtures/claude-code/", import.meta.url);
  await mkdir(folder, { recursive: true });
  const home = on.target.home;
  const text = on
    .log()
    .replaceAll(home, "/home/agent")
    .replaceAll(home.replaceAll(/[^A-Za-z0-9]/g, "-"), "-home-agent")
    .replaceAll(/"messaging_socket_path":"[^"]*"/g, '"messaging_socket_path":"/tmp/agent.sock"')
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:8080");
  await writeFile(new URL(`${name}.jsonl`, folder), text);
}
