// Packs every publishable package as `pnpm publish` would, and looks at the tarball with publint and attw.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { environment, root } from "./setup.mjs";

const folder = mkdtempSync(join(tmpdir(), "universe-pack-"));
let failed = false;
const PRIVATE = ["universe-optimize-0", "universe-optimize-test-servers"];
try {
  const packed = spawnSync("pnpm", ["-r", "pack", "--pack-destination", folder], {
    cwd: root,
    env: environment,
    encoding: "utf8",
  });
  if (packed.status !== 0) {
    console.error(packed.stdout, packed.stderr);
    process.exit(1);
  }
  for (const file of readdirSync(folder).toSorted()) {
    if (PRIVATE.some((name) => file.startsWith(name))) continue;
    const tarball = join(folder, file);
    const { messages, pkg } = await publint({
      pack: { tarball: Uint8Array.from(readFileSync(tarball)).buffer },
      strict: true,
      level: "warning",
    });
    for (const message of messages) report(file, formatMessage(message, pkg));
    // A package without exports is a program: nobody imports it.
    if (pkg.exports === undefined) continue;
    const types = spawnSync("attw", [tarball, "--profile", "esm-only", "--format", "ascii"], {
      env: environment,
      encoding: "utf8",
    });
    if (types.status !== 0) report(file, types.stdout);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function report(file, text) {
  failed = true;
  console.error(`${file}: ${text}`);
}
