// Makes the workspace ready: the pinned pnpm through npx, and with it Node 24 and every dependency of the lock file.
// Runs on Node 20, before anything is installed; nothing is installed globally.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const stamp = join(root, "node_modules", ".universe-setup");
export const node24 = join(bin, "node");

/** Environment in which `node` is Node 24. */
export const environment = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};

/** Installs when the lock file or a manifest changed since the last time. */
export function setUp() {
  const wanted = fingerprint();
  if (existsSync(stamp) && existsSync(node24) && readFileSync(stamp, "utf8") === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  console.error("Installing dependencies (the first time takes a minute) …");
  const { status, error } = spawnSync(
    "npx",
    ["--yes", packageManager, "install", "--frozen-lockfile", "--loglevel=error"],
    {
      cwd: root,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    },
  );
  if (status !== 0)
    fail(
      `the installation failed${error === undefined ? "" : ` (${error.message})`}: npx needs the npm registry.`,
    );
  if (!existsSync(node24)) fail("the npm package 'node' did not bring Node 24 for this platform.");
  writeFileSync(stamp, wanted);
}

/** Runs a command with Node 24 first on the PATH, and ends this process with its status when it fails. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: environment,
    ...options,
  });
  if (error !== undefined) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === null ? 1 : 128));
}

export function fail(message) {
  console.error(`universe-optimize: ${message}`);
  process.exit(1);
}

function fingerprint() {
  const hash = createHash("sha256");
  const manifests = ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, "package.json")),
  );
  for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`${file}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}
