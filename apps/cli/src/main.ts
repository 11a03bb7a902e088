#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Half of a short command's time is compiling. The cache is the user's own: a shared /tmp could be filled by somebody else.
enableCompileCache(join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "universe-optimize"));
const { runCli } = await import("./cli.ts");

process.exitCode = await runCli(process.argv.slice(2));
