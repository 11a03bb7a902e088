import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A process whose environment held the secret. */
interface Holder {
  readonly command: string;
  readonly home: string;
}

/** Looks at every process of this computer, over and over, until it is disposed of. */
export interface SecretWatch extends AsyncDisposable {
  /** Commands with the secret among their arguments, masked. */
  readonly inArguments: Set<string>;
  /** Processes with the secret in their environment, each command once. */
  readonly holders: Map<string, Holder>;
  /** Files below the watched folder that had the secret in them at any time. */
  readonly inFiles: Set<string>;
  /** How many processes were looked at. */
  looks: number;
}

/** The secret as it is, and as it travels in a Basic credential. */
export function formsOf(secret: string): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text).toString("base64").replace(/=+$/, "");
  return [secret, base64(`x-access-token:${secret}`), base64(secret), encodeURIComponent(secret)];
}

/** Watches for the secret in arguments, environments and in the files below `folder`. Needs Linux's /proc. */
export function watchForSecret(secret: string, folder: string): SecretWatch {
  const forms = formsOf(secret);
  const has = (text: string): boolean => forms.some((form) => text.includes(form));
  const end = new AbortController();
  const watch = {
    inArguments: new Set<string>(),
    holders: new Map<string, Holder>(),
    inFiles: new Set<string>(),
    looks: 0,
  };
  const look = async (pid: string): Promise<void> => {
    const read = (name: string): Promise<string> =>
      readFile(`/proc/${pid}/${name}`, "latin1").catch(() => "");
    const command = (await read("cmdline")).replaceAll("\0", " ").trim();
    if (command === "") return;
    watch.looks++;
    if (has(command)) watch.inArguments.add(mask(command, forms));
    const environment = await read("environ");
    if (!has(environment)) return;
    const home =
      environment
        .split("\0")
        .find((line) => line.startsWith("HOME="))
        ?.slice(5) ?? "";
    watch.holders.set(command, { command, home });
  };
  const round = async (): Promise<void> => {
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) await look(pid);
    for (const file of await filesWith(folder, forms)) watch.inFiles.add(file);
  };
  const running = (async () => {
    while (!end.signal.aborted) {
      await round();
      await sleep(50);
    }
  })();
  return Object.assign(watch, {
    async [Symbol.asyncDispose]() {
      end.abort();
      await running;
    },
  });
}

/** Files below a folder that hold one of the texts. What goes away meanwhile is no file. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => null);
    if (!facts?.isFile()) continue;
    const content = await readFile(path, "latin1").catch(() => "");
    if (texts.some((text) => content.includes(text))) found.push(path);
  }
  return found;
}

const mask = (text: string, forms: readonly string[]): string =>
  forms.reduce((masked, form) => masked.replaceAll(form, "[secret]"), text);
