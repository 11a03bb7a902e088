import { createHash } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";

const scale = Number(process.env.UNIVERSE_SCALE ?? 1);
let state = Number(process.env.UNIVERSE_SEED ?? 1) >>> 0;
for (const name of Object.keys(process.env))
  if (name.startsWith("UNIVERSE_")) delete process.env[name];

const { tokenize } = await import(pathToFileURL(path.resolve("src/tokenize.js")).href);

const joints = [" ", " ", " ", ", ", ". ", "-", "_"];
const digest = createHash("sha256");
for (let round = 0; round < scale; round++) {
  for (let document = 0; document < 20; document++) {
    let text = "";
    for (let i = 0; i < 200; i++) text += `Word${below(900)}${joints[below(joints.length)]}`;
    digest.update(tokenize(text).join("|"));
  }
}
console.log(digest.digest("hex"));

function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
