import { SessionError } from "./errors.ts";

/**
 * Brings a path below a folder into one form: `/` between names, no `.`, no empty names.
 *
 * @returns null for a path that leaves its folder (`..`, absolute), holds control characters, or is too long to be one.
 */
export function normalizeInnerPath(path: string): string | null {
  // oxlint-disable-next-line no-control-regex -- control characters would reach an operator's screen
  if (path === "" || path.startsWith("/") || /[\u0000-\u001f\u007f\\]/.test(path)) return null;
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..") || names.some((name) => Buffer.byteLength(name) > 255)) return null;
  const joined = names.join("/");
  return Buffer.byteLength(joined) > 1_000 ? null : joined || ".";
}

/** Like `normalizeInnerPath`, for a path that a caller gave: throws `unsafe_path`. */
export function requireInnerPath(path: string): string {
  const normal = normalizeInnerPath(path);
  if (normal === null) {
    throw new SessionError(
      "unsafe_path",
      `${JSON.stringify(path.slice(0, 200))} is no path inside a folder: give a relative path with / and without .., backslashes or control characters.`,
    );
  }
  return normal;
}

/** Checks a folder or file on the machine, relative to home or absolute: throws `unsafe_path` for `..` and control characters. */
export function requireMachinePath(path: string): string {
  if (path.startsWith("/")) {
    const inner = path.replace(/^\/+/, "");
    return inner === "" ? "/" : `/${requireInnerPath(inner)}`;
  }
  return requireInnerPath(path);
}

/** Text from a machine, fit for a message: no control characters, at most 300 characters. */
export function forMessage(text: string): string {
  // oxlint-disable-next-line no-control-regex -- that is what must go
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
  return clean.trim().slice(0, 300);
}
