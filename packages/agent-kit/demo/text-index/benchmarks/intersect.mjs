import { createHash } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";

const scale = Number(process.env.UNIVERSE_SCALE ?? 1);
let state = Number(process.env.UNIVERSE_SEED ?? 1) >>> 0;
for (const name of Object.keys(process.env))
  if (name.startsWith("UNIVERSE_")) delete process.env[name];

const { intersect } = await import(pathToFileURL(path.resolve("src/postings.js")).href);

const digest = createHash("sha256");
for (let round = 0; round < scale; round++) {
  for (let query = 0; query < 20; query++) digest.update(intersect(ids(), ids()).join(" "));
}
console.log(digest.digest("hex"));

/** About 900 ids out of 3,000, sorted. */
function ids() {
  const list = [];
  for (let id = 0; id < 3000; id++) if (below(10) < 3) list.push(id);
  return list;
}

function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
