import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder with the program `claude`. */
    readonly claudeBin: string;
    readonly claudeVersion: string;
  }
}

/**
 * Installs the version of Claude Code that bootstrap.sh pins into a temporary folder, and removes it again. A folder named by
 * UNIVERSE_REAL_AGENT_PREFIX is used instead, where it holds an installation already.
 */
export default async function install(project: TestProject): Promise<() => Promise<void>> {
  const pins = await readFile(new URL("../kit/prepare.sh", import.meta.url), "utf8");
  const version = /UNIVERSE_CLAUDE_VERSION:=(\d+\.\d+\.\d+)/.exec(pins)?.[1];
  if (version === undefined) throw new Error("kit/prepare.sh names no version of Claude Code");
  const given = process.env["UNIVERSE_REAL_AGENT_PREFIX"];
  const prefix = given ?? (await mkdtemp(path.join(os.tmpdir(), "universe-real-agent-")));
  if (given === undefined) {
    const words = [
      "install",
      "--prefix",
      prefix,
      "--no-fund",
      "--no-audit",
      `@anthropic-ai/claude-code@${version}`,
    ];
    await promisify(execFile)("npm", words, { cwd: prefix, timeout: 540_000 });
  }
  project.provide("claudeBin", path.join(prefix, "node_modules/.bin"));
  project.provide("claudeVersion", version);
  return async () => {
    if (given === undefined) await rm(prefix, { recursive: true, force: true });
  };
}
