import { realpath } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { cleanText } from "../clean-text.ts";
import { ForkError } from "../errors.ts";

/** Where an upstream is. */
export interface Upstream {
  /** What git is given. */
  readonly location: string;
  /** The same repository always has the same one: a path without links, or a URL in its plainest form. */
  readonly parent: string;
  readonly kind: "path" | "url";
}

const defaultPorts: Readonly<Record<string, string>> = {
  "http:": "80",
  "https:": "443",
  "ssh:": "22",
  "git:": "9418",
};
const scpLike = /^(?:([\w.-]+)@)?([A-Za-z0-9][\w.-]+):(?!\/\/)([^:]+)$/;

/**
 * Reads an upstream: an absolute path, a URL (https, http, file, ssh, git), or `user@host:path`. Throws
 * `invalid_request` for anything else, and for a URL with a credential, which would end up in logs and process lists.
 */
export async function readUpstream(text: string): Promise<Upstream> {
  if (text === "" || text.length > 4096 || /\p{Cc}/u.test(text) || text.startsWith("-")) throw refuse(text);
  if (isAbsolute(text)) return await readPath(text);
  const scp = scpLike.exec(text);
  if (scp) {
    const [, user, host = "", path = ""] = scp;
    if (path.startsWith("-")) throw refuse(text);
    const below = path.startsWith("/") ? path : `/~/${path}`;
    const parent = `ssh://${user === undefined ? "" : `${user}@`}${host.toLowerCase()}${plain(below)}`;
    return { location: text, parent, kind: "url" };
  }
  return await readUrl(text);
}

async function readUrl(text: string): Promise<Upstream> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw refuse(text);
  if (url.protocol === "file:") {
    if (url.host !== "" || url.search !== "" || url.hash !== "") throw refuse(text);
    return await readPath(pathOf(url, text));
  }
  const port = defaultPorts[url.protocol];
  if (port === undefined) throw refuse(text);
  // `https://TOKEN@host` is a usual way to write a credential; only with ssh is a lone name just a name.
  if (url.password !== "" || (url.username !== "" && url.protocol !== "ssh:") || url.search !== "") {
    throw new ForkError(
      "invalid_request",
      `The upstream on ${cleanText(url.host, 120)} has a credential or a query in its URL. Write the plain URL; for a private repository use ssh with an agent.`,
    );
  }
  if (!/^[A-Za-z0-9[]/.test(url.hostname) || plain(url.pathname) === "" || url.hash !== "")
    throw refuse(text);
  const user = url.username === "" ? "" : `${url.username}@`;
  const shownPort = url.port === "" || url.port === port ? "" : `:${url.port}`;
  const host = url.hostname.toLowerCase();
  const parent = `${url.protocol}//${user}${host}${shownPort}${plain(url.pathname)}`;
  return { location: url.href, parent, kind: "url" };
}

/** git itself finds `app.git` when asked for `app`. */
async function readPath(path: string): Promise<Upstream> {
  for (const candidate of [path, `${path}.git`]) {
    try {
      const real = await realpath(candidate);
      return { location: real, parent: real, kind: "path" };
    } catch {
      // Not there, or not readable: a fork of it may exist all the same, so this is not yet an error.
    }
  }
  const absolute = resolve(path);
  return { location: absolute, parent: absolute, kind: "path" };
}

function pathOf(url: URL, text: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw refuse(text, cause);
  }
}

function plain(path: string): string {
  return path.replace(/\/+$/, "").replace(/\.git$/, "");
}

function refuse(text: string, cause?: unknown): ForkError {
  // What stands before an '@' may be a credential.
  const shown = cleanText(text.replace(/^([a-z]+:\/\/)?[^/@]*@/i, "$1…@"), 200);
  return new ForkError(
    "invalid_request",
    `'${shown}' is no upstream. Expected an absolute path, or a URL that begins with https://, file://, ssh:// or git://.`,
    { cause },
  );
}
