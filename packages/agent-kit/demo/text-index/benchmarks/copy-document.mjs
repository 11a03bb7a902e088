import { createHash } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";

const scale = Number(process.env.UNIVERSE_SCALE ?? 1);
let state = Number(process.env.UNIVERSE_SEED ?? 1) >>> 0;
for (const name of Object.keys(process.env))
  if (name.startsWith("UNIVERSE_")) delete process.env[name];

const { copyDocument } = await import(pathToFileURL(path.resolve("src/store.js")).href);

const digest = createHash("sha256");
for (let round = 0; round < scale; round++) {
  for (let id = 0; id < 2000; id++) {
    const tags = [];
    for (let i = 0; i < 4; i++) tags.push(`tag${below(100)}`);
    const body = `Body ${below(1e6)} of a document. `.repeat(40);
    const copy = copyDocument({ id, title: `Title ${below(1e6)}`, body, tags });
    digest.update(
      `${copy.id} ${copy.title} ${copy.body.length} ${copy.body.slice(0, 40)} ${copy.tags.join(" ")}`,
    );
  }
}
console.log(digest.digest("hex"));

function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
