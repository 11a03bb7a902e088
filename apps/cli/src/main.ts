#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Half of a short command's time is compiling. The cache is the user's own: a shared /tmp could be filled by somebody else.
enableCompileCache(join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "universe-optimize"));
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read us has seen enough (`uo logs | head`); a full disk is an error like any other.
    if (error.code !== "EPIPE") process.stderr.write(`uo: the output cannot be written: ${error.message}\n`);
    process.exit(error.code === "EPIPE" ? 0 : 1);
  });

const { runCli } = await import("./cli.ts");

process.exitCode = await runCli(process.argv.slice(2));
