import { ProverError } from "./errors.ts";
import type { ClaimRequest, GuardRelease, ProveRequest, ProveSettings } from "./request.ts";

type Json = Readonly<Record<string, unknown>>;

/** Reads request.json. Throws `bad_request` naming the field. Unknown fields are errors: a misspelt setting must not pass for the default. */
export function readRequest(text: string): ProveRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ProverError("bad_request", `The request is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const top = new Fields(value, "");
  const commands = top.optional("commands", (inner, path) => {
    const fields = new Fields(inner, path);
    const read = {
      install: fields.optional("install", string),
      build: fields.optional("build", string),
      test: fields.optional("test", string),
    };
    fields.end();
    return read;
  });
  const settings = top.optional("settings", readSettings);
  const separateMachine = top.optional("separateMachine", boolean);
  const request: ProveRequest = {
    project: top.required("project", string),
    repo: top.required("repo", string),
    repository: top.required("repository", string),
    branch: top.required("branch", string),
    head: top.required("head", commit),
    base: top.required("base", commit),
    claims: top.required("claims", (list, path) =>
      array(list, path).map((item, i) => readClaim(item, `${path}[${i}].`)),
    ),
    resultsFolder: top.required("resultsFolder", nullable(string)),
    benchmarkCommand: top.required("benchmarkCommand", nullable(string)),
    language: top.required("language", nullable(string)),
    ...(commands === undefined ? {} : { commands }),
    releases: top.required("releases", (list, path) =>
      array(list, path).map((item, i) => readRelease(item, `${path}[${i}].`)),
    ),
    ...(settings === undefined ? {} : { settings }),
    ...(separateMachine === undefined ? {} : { separateMachine }),
    workDir: top.required("workDir", string),
  };
  top.end();
  return request;
}

function readClaim(value: unknown, path: string): ClaimRequest {
  const fields = new Fields(value, path);
  const claim: ClaimRequest = {
    index: fields.required("index", number),
    commit: fields.required("commit", nullable(string)),
    function: fields.required("function", string),
    file: fields.required("file", string),
    description: fields.required("description", string),
    claimedRatio: fields.required("claimedRatio", nullable(number)),
    claimedMiB: fields.required("claimedMiB", nullable(number)),
    benchmark: fields.required(
      "benchmark",
      nullable((inner, where) => {
        const benchmark = new Fields(inner, `${where}.`);
        const read = {
          file: benchmark.required("file", string),
          command: benchmark.required("command", string),
        };
        benchmark.end();
        return read;
      }),
    ),
  };
  fields.end();
  return claim;
}

function readRelease(value: unknown, path: string): GuardRelease {
  const fields = new Fields(value, path);
  const release = {
    commit: fields.required("commit", string),
    guard: fields.required("guard", string),
    reason: fields.required("reason", string),
  };
  fields.end();
  return release;
}

function readSettings(value: unknown, path: string): Partial<ProveSettings> {
  const fields = new Fields(value, path);
  const numbers = [
    "minutesPerClaim",
    "sampleSeconds",
    "alpha",
    "controlPairs",
    "checkPairs",
    "testMinutes",
    "buildMinutes",
    "memoryMiB",
  ] as const;
  const switches = ["secondSession", "product", "isolate"] as const;
  const settings: Record<string, unknown> = {};
  for (const name of numbers) settings[name] = fields.optional(name, number);
  for (const name of switches) settings[name] = fields.optional(name, boolean);
  settings["looks"] = fields.optional("looks", (list, where) =>
    array(list, where).map((item) => number(item, where)),
  );
  settings["seed"] = fields.optional("seed", nullable(number));
  fields.end();
  return Object.fromEntries(Object.entries(settings).filter(([, setting]) => setting !== undefined));
}

class Fields {
  readonly #object: Json;
  readonly #path: string;
  readonly #known = new Set<string>();

  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw refusal(path.replace(/\.$/, "") || "The request", "an object", value);
    }
    this.#object = value as Json;
    this.#path = path === "" || path.endsWith(".") ? path : `${path}.`;
  }

  required<T>(name: string, read: (value: unknown, path: string) => T): T {
    this.#known.add(name);
    return read(Object.hasOwn(this.#object, name) ? this.#object[name] : undefined, `${this.#path}${name}`);
  }

  optional<T>(name: string, read: (value: unknown, path: string) => T): T | undefined {
    this.#known.add(name);
    return Object.hasOwn(this.#object, name) ? read(this.#object[name], `${this.#path}${name}`) : undefined;
  }

  end(): void {
    const unknown = Object.keys(this.#object).find((name) => !this.#known.has(name));
    if (unknown !== undefined)
      throw new ProverError("bad_request", `${this.#path}${unknown} is no field of a request.`);
  }
}

function refusal(path: string, expected: string, found: unknown): ProverError {
  const what = found === undefined ? "nothing" : JSON.stringify(found).slice(0, 60);
  return new ProverError("bad_request", `${path} must be ${expected}, found ${what}.`);
}

function refuse(path: string, expected: string, found: unknown): never {
  throw refusal(path, expected, found);
}

function string(value: unknown, path: string): string {
  return typeof value === "string" ? value : refuse(path, "a text", value);
}

function number(value: unknown, path: string): number {
  return typeof value === "number" && Number.isFinite(value) ? value : refuse(path, "a number", value);
}

function boolean(value: unknown, path: string): boolean {
  return typeof value === "boolean" ? value : refuse(path, "true or false", value);
}

function commit(value: unknown, path: string): string {
  return typeof value === "string" && /^[0-9a-f]{40}$/.test(value)
    ? value
    : refuse(path, "40 hex digits", value);
}

function array(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(path, "a list", value);
}

function nullable<T>(read: (value: unknown, path: string) => T): (value: unknown, path: string) => T | null {
  return (value, path) => (value === null ? null : read(value, path));
}
