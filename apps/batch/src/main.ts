#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=4 --heap-growing-percent=40
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

enableCompileCache(join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "universe-optimize"));
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read us has seen enough; a log that nobody takes any more must not end a campaign.
    if (error.code !== "EPIPE") process.exitCode = 1;
  });

const { runCli } = await import("./cli.ts");

process.exitCode = await runCli(process.argv.slice(2));
