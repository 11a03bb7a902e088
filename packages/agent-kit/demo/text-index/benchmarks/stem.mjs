import { createHash } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";

const scale = Number(process.env.UNIVERSE_SCALE ?? 1);
let state = Number(process.env.UNIVERSE_SEED ?? 1) >>> 0;
for (const name of Object.keys(process.env))
  if (name.startsWith("UNIVERSE_")) delete process.env[name];

const { stem } = await import(pathToFileURL(path.resolve("src/tokenize.js")).href);

const endings = ["", "s", "es", "ed", "ing", "ly", "edly", "ingly"];
const digest = createHash("sha256");
for (let round = 0; round < scale; round++) {
  for (let i = 0; i < 20_000; i++)
    digest.update(stem(`word${below(5000)}${endings[below(endings.length)]}`));
}
console.log(digest.digest("hex"));

function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
