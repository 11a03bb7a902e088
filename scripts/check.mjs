// pnpm check: types, lint, format, boundaries, dead code, README examples, packed packages. Every check runs; the summary names
// those that failed.
import { spawnSync } from "node:child_process";
import { root, environment, node24, setUp } from "./setup.mjs";

setUp();

const CHECKS = [
  ["types", "tsc", ["-b"]],
  ["types of tests", "tsc", ["-p", "tsconfig.tests.json"]],
  ["README examples", node24, ["scripts/check-readmes.mjs"]],
  ["lint", "oxlint", ["--deny-warnings"]],
  ["format", "oxfmt", ["--check"]],
  ["boundaries", "turbo", ["boundaries"]],
  ["dead code", "knip", []],
  ["packed packages", node24, ["scripts/check-packages.mjs"]],
];

const only = process.argv.slice(2);
const failed = [];
for (const [name, command, args] of CHECKS) {
  if (only.length > 0 && !only.includes(name)) continue;
  const begin = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: environment,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"}  ${name.padEnd(16)}  ${seconds} s`);
  if (status === 0) continue;
  failed.push(name);
  console.log([error?.message, stdout, stderr].filter(Boolean).join("\n"));
}
if (failed.length > 0) {
  console.error(
    `\n${failed.length} checks failed: ${failed.join(", ")}. One alone: node scripts/check.mjs "${failed[0]}"`,
  );
  process.exit(1);
}
