import { createHash } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";

const scale = Number(process.env.UNIVERSE_SCALE ?? 1);
let state = Number(process.env.UNIVERSE_SEED ?? 1) >>> 0;
for (const name of Object.keys(process.env))
  if (name.startsWith("UNIVERSE_")) delete process.env[name];

const { rank } = await import(pathToFileURL(path.resolve("src/rank.js")).href);

const digest = createHash("sha256");
for (let round = 0; round < scale; round++) {
  const entries = [];
  for (let id = 0; id < 200; id++)
    entries.push({ id: (id * 7919) % 200, title: words(6), body: words(40) });
  for (let query = 0; query < 3; query++) digest.update(JSON.stringify(rank(entries, words(3))));
}
console.log(digest.digest("hex"));

function words(count) {
  const list = [];
  for (let i = 0; i < count; i++) list.push(`word${below(60)}`);
  return list;
}

function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
