// Compiles the ```ts blocks of every README against the workspace's own sources: an example that does not compile is a lie.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, root } from "./setup.mjs";

const packages = ["packages", "apps"].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(folder, name)),
);
const missing = packages.filter((folder) => !existsSync(join(root, folder, "README.md")));
const made = [];
const exampleless = [];
for (const folder of packages) {
  if (missing.includes(folder)) continue;
  const text = readFileSync(join(root, folder, "README.md"), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  if (blocks.length === 0 && folder.startsWith("packages/")) exampleless.push(folder);
  // Beside the package's own node_modules, so that imports by name resolve as they do for its users.
  const target = join(root, folder, ".readme-check");
  rmSync(target, { recursive: true, force: true });
  if (blocks.length === 0) continue;
  mkdirSync(target);
  blocks.forEach((block, index) =>
    writeFileSync(join(target, `example-${index + 1}.ts`), `${block}\nexport {};\n`),
  );
  made.push(target);
}
const config = join(root, "tsconfig.readme-check.json");
writeFileSync(
  config,
  JSON.stringify({
    extends: "./tsconfig.base.json",
    compilerOptions: {
      composite: false,
      declaration: false,
      isolatedDeclarations: false,
      noEmit: true,
      allowImportingTsExtensions: true,
      noUnusedLocals: false,
    },
    files: made.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))),
  }),
);
try {
  const { status, stdout } = spawnSync("tsc", ["-p", config], {
    cwd: root,
    env: environment,
    encoding: "utf8",
  });
  if (status !== 0) {
    console.error(stdout);
    process.exitCode = 1;
  }
} finally {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
  rmSync(config, { force: true });
}
for (const folder of missing) console.error(`${folder} has no README.md`);
for (const folder of exampleless) console.error(`${folder}/README.md has no \`\`\`ts example`);
if (missing.length + exampleless.length > 0) process.exitCode = 1;
