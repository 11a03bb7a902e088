import { parseResetTime } from "@universe-optimize/results-parser";
import { PREFLIGHT_MARK } from "./launchers/words.ts";

/** - `usage_limit`: the key is good, and has used up what it may; `resetAt` where the words say when that ends. */
export type PreflightCode =
  | "bad_key"
  | "no_key"
  | "bad_model"
  | "plugin_missing"
  | "plugin_broken"
  | "root_refused"
  | "not_installed"
  | "usage_limit"
  | "unreachable"
  | "unknown";

export type PreflightVerdict =
  | { readonly ok: true; readonly version: string | null; readonly model: string | null }
  | {
      readonly ok: false;
      readonly code: PreflightCode;
      /** What was found, and what to do. */
      readonly message: string;
      /** The same preflight may succeed later without a change. */
      readonly retryable: boolean;
      readonly resetAt: Date | null;
    };

/**
 * What a preflight's output says. `exitStatus` null: it had to be ended. `now` is when it ran. Judged by what the agent reports, not by its exit
 * status alone: Claude Code ends with 0 without a plugin that it was given, and calls a refused key a success.
 */
export function explainPreflight(
  exitStatus: number | null,
  output: string,
  now: Date = new Date(),
): PreflightVerdict {
  const seen = read(output.slice(-MAX_CHARS));
  const fail = (code: PreflightCode, detail: string, resetAt: Date | null = null): PreflightVerdict => {
    const { act, retryable } = ACTS[code];
    const said = detail === "" ? "" : ` It said: ${detail}`;
    return { ok: false, code, message: `${act}${said}`, retryable, resetAt };
  };
  const marked = ["not_installed", "no_key", "plugin_missing"] as const;
  for (const code of marked) if (seen.marks.has(code)) return fail(code, seen.marks.get(code) ?? "");
  // Whatever is wrong with a plugin would show in every session; the answer to the question comes second.
  const error = seen.pluginErrors[0];
  if (error !== undefined) {
    return fail(/not.?found|no such/i.test(error) ? "plugin_missing" : "plugin_broken", error);
  }
  const plugin = seen.marks.get("plugin");
  if (plugin !== undefined && seen.plugins !== null && !seen.plugins.includes(plugin)) {
    return fail("plugin_broken", `no plugin was loaded from ${plugin}`);
  }
  if (seen.success && exitStatus !== null) {
    return { ok: true, version: versionOf(seen.marks.get("version")), model: seen.model };
  }
  const words = [...seen.errors, ...seen.plain].join("\n");
  const rule = RULES.find(({ status, text }) => seen.status === status || text.test(words));
  if (rule !== undefined) {
    return fail(
      rule.code,
      seen.detail(rule.text),
      rule.code === "usage_limit" ? parseResetTime(words, now) : null,
    );
  }
  if (exitStatus === null) return fail("unreachable", "nothing until its time was up");
  return fail("unknown", seen.detail(/./) || `nothing, and ended with status ${exitStatus}`);
}

const MAX_CHARS: number = 2 ** 20;

/** In this order: a text may fit several. */
const RULES: readonly { readonly code: PreflightCode; readonly status?: number; readonly text: RegExp }[] = [
  { code: "root_refused", text: /cannot be used with root/i },
  {
    code: "no_key",
    text: /not logged in|set an auth method|invalid auth method|missing bearer|no api key|must specify the .*_API_KEY/i,
  },
  {
    code: "bad_key",
    status: 401,
    text: /invalid (?:external )?api key|api key not valid|incorrect api key|401 unauthorized|authentication_(?:error|failed)|oauth token (?:has )?(?:expired|been revoked)|credit balance|check your plan and billing|security token .* (?:invalid|expired)|403 forbidden|permission_error/i,
  },
  {
    code: "bad_model",
    status: 404,
    text: /issue with the selected model|model_not_found|model .{0,200}(?:does not exist|not found|not supported)|models\/\S+ is not found|invalid model|on-demand throughput/i,
  },
  {
    code: "usage_limit",
    status: 429,
    text: /(?:usage|session|hour|weekly|daily|rate)[ _-]limit|hit your .{0,40}limit|(?:exceeded|exhausted) your .{0,30}quota|too many requests|throttl/i,
  },
  {
    code: "unreachable",
    text: /connection (?:refused|error|reset|timed out)|connection_failed|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|could not resolve|fetch failed|error sending request|stream disconnected|overloaded|server-side issue|certificate|50[0-4]\b|529\b/i,
  },
  {
    code: "not_installed",
    text: /command not found|: not found$|cannot execute binary|native binary not installed/im,
  },
];

const ACTS: Readonly<Record<PreflightCode, { readonly act: string; readonly retryable: boolean }>> = {
  bad_key: {
    act: "The agent's API refuses the key. Put a valid one, of an account with credit, into the environment of the orchestrator.",
    retryable: false,
  },
  no_key: {
    act: "The agent found no key. Set its key (for Claude Code ANTHROPIC_API_KEY or the Bedrock variables, for Codex CODEX_API_KEY, for Gemini CLI GEMINI_API_KEY) in the environment of the orchestrator.",
    retryable: false,
  },
  bad_model: {
    act: "The model does not exist, or the key may not use it. Correct agent.model.",
    retryable: false,
  },
  plugin_missing: {
    act: "The plugin is not on the machine. Run the bootstrap again; if that does not help, build the plugin and correct agent.plugin.",
    retryable: true,
  },
  plugin_broken: {
    act: "The agent cannot load the plugin. Build it again; agent.plugin must be the folder that holds .claude-plugin/plugin.json.",
    retryable: false,
  },
  root_refused: {
    act: "The agent does not run as root. Log in to the machine as an ordinary user, or set IS_SANDBOX=1 there.",
    retryable: false,
  },
  not_installed: {
    act: 'The agent is not installed on the machine. Run the bootstrap with system "install", or install it.',
    retryable: false,
  },
  usage_limit: {
    act: "The key is at its usage limit. Wait until it is lifted, or add another key to the pool.",
    retryable: true,
  },
  unreachable: {
    act: "The agent cannot reach its API from the machine. Check the machine's network, proxy and the base URL; the API itself may be down.",
    retryable: true,
  },
  unknown: {
    act: "The agent did not answer, for a reason that is not known here. Read what it printed.",
    retryable: true,
  },
};

interface Seen {
  /** `universe-preflight: NAME VALUE`. */
  readonly marks: ReadonlyMap<string, string>;
  readonly plain: readonly string[];
  readonly errors: readonly string[];
  readonly pluginErrors: readonly string[];
  /** Folders of the loaded plugins; null: no start was seen. */
  readonly plugins: readonly string[] | null;
  readonly model: string | null;
  readonly status: number | null;
  readonly success: boolean;
  /** The line that fits, shortened for a message. */
  readonly detail: (fits: RegExp) => string;
}

type JsonObject = Readonly<Record<string, unknown>>;

function read(output: string): Seen {
  const marks = new Map<string, string>();
  const plain: string[] = [];
  const errors: string[] = [];
  const pluginErrors: string[] = [];
  let plugins: string[] | null = null;
  let model: string | null = null;
  let status: number | null = null;
  let success = false;
  for (const line of output.split("\n")) {
    const event = parse(line);
    if (event === null) {
      const mark = line.startsWith(PREFLIGHT_MARK) ? line.slice(PREFLIGHT_MARK.length).trim() : null;
      if (mark === null) plain.push(line);
      else marks.set(mark.split(" ", 1)[0] ?? "", mark.slice(mark.indexOf(" ") + 1));
      continue;
    }
    if (event["subtype"] === "init" || event["type"] === "init") {
      model = textOf(event["model"]) ?? model;
      plugins = objects(event["plugins"]).flatMap((one) => textOf(one["path"]) ?? []);
      pluginErrors.push(
        ...objects(event["plugin_errors"]).map(
          (one) => `${textOf(one["type"]) ?? ""}: ${textOf(one["message"]) ?? ""}`,
        ),
      );
    } else if (event["type"] === "result") {
      // One turn was enough to learn that the model answers.
      success =
        event["subtype"] === "error_max_turns" || (event["is_error"] !== true && event["status"] !== "error");
      status = typeof event["api_error_status"] === "number" ? event["api_error_status"] : null;
      if (!success) errors.push(...wordsOf(event));
    } else if (event["type"] === "turn.completed") success = true;
    else if (event["type"] === "turn.failed" || event["type"] === "error") {
      success = false;
      errors.push(...wordsOf(event));
    }
  }
  return {
    marks,
    plain,
    errors,
    pluginErrors,
    plugins,
    model,
    status,
    success,
    detail: (fits) =>
      clean([...errors.toReversed(), ...plain].find((line) => line !== "" && fits.test(line)) ?? ""),
  };
}

function parse(line: string): JsonObject | null {
  if (!line.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function wordsOf(event: JsonObject): string[] {
  const error = event["error"];
  const list = Array.isArray(event["errors"]) ? event["errors"] : [];
  return [
    event["result"],
    event["message"],
    event["api_error"],
    isObject(error) ? error["message"] : null,
    ...list,
  ].flatMap((word) => textOf(word) ?? []);
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function versionOf(text: string | undefined): string | null {
  return /\d+\.\d+\.\d+/.exec(text ?? "")?.[0] ?? null;
}

/** What comes from a machine is data: one line without control characters. */
function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, 300);
}
