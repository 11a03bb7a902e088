/** A benchmark in Python by the contract: `body` is one unit of work; it feeds `h`, a hash, and has `rng`. */
export function pythonBenchmark(imports: string, body: string, digest = "h.hexdigest()"): string {
  return `import hashlib, os, random, sys
scale, seed = int(os.environ.pop("UNIVERSE_SCALE")), int(os.environ.pop("UNIVERSE_SEED"))
sys.path.insert(0, os.getcwd())
${imports}
rng = random.Random(seed)
h = hashlib.sha256()
count = 0
for _ in range(scale):
${indent(body)}
print(${digest})
`;
}

/** The same in JavaScript: \`body\` feeds \`h\`, and has \`random()\`, 32 bits. \`names\` are imported from \`file\`. */
export function javascriptBenchmark(
  names: string,
  file: string,
  body: string,
  digest = `h.digest("hex")`,
): string {
  return `import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
const scale = Number(process.env.UNIVERSE_SCALE);
let state = Number(process.env.UNIVERSE_SEED) >>> 0;
delete process.env.UNIVERSE_SCALE;
delete process.env.UNIVERSE_SEED;
const { ${names} } = await import(pathToFileURL(join(process.cwd(), "${file}")).href);
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return (t ^ (t >>> 14)) >>> 0;
}
const h = createHash("sha256");
let count = 0;
for (let unit = 0; unit < scale; unit += 1) {
${indent(body)}
}
console.log(${digest});
`;
}

function indent(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
