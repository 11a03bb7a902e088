import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { spoiler, type Spoiling } from "./spoil-results.ts";

async function run(
  program: string,
  file: string,
  source: string,
  name: string,
  way: Spoiling,
  print: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "spoil-"));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  const code = spoiler(file.endsWith("py") ? "python" : "c-like", name, way) ?? "";
  await writeFile(join(folder, file), `${source}${code}\n${print}`);
  return execFileSync(program, [file], { cwd: folder, encoding: "utf8" }).trim();
}

const python = `
def weigh(rows):
    return rows if len(rows) < 2 else [rows[0]] + weigh(rows[1:])

class Board:
    def best(self):
        return {"a": 1, "b": "xy"}
`;

test.each<[string, Spoiling, string, string]>([
  ["weigh", "last", "print(weigh([1, 2, 3]))", "[1, 2, 4]"],
  ["weigh", "all", "print(weigh([1, 2, 3]))", "[2, 3, 4]"],
  ["weigh", "all", "print(weigh([]))", "[]"],
  ["Board.best", "last", "print(Board().best())", "{'a': 1, 'b': 'xx'}"],
  ["Board", "all", "print(type(Board()).__name__)", "Board"],
  ["missing", "all", "print(weigh([1]))", "[1]"],
])("Python: %s, %s", async (name, way, print, out) => {
  expect(await run("python3", "m.py", python, name, way, print)).toBe(out);
});

const javascript = `
export function weigh(rows) { return rows.length < 2 ? rows : [rows[0], ...weigh(rows.slice(1))]; }
export class Board { best() { return new Map([["a", 1], ["b", { c: 2.5 }]]); } }
export const fixed = () => 1;
`;

test.each<[string, Spoiling, string, string]>([
  ["weigh", "last", "console.log(weigh([1, 2, 3]).join())", "1,2,4"],
  ["weigh", "all", "console.log(weigh([1, 2, 3]).join())", "2,3,4"],
  [
    "Board.best",
    "last",
    "console.log(JSON.stringify([...new Board().best()]))",
    '[["a",1],["b",{"c":4.75}]]',
  ],
  ["Board.prototype.best", "raise", "console.log('still here')", "still here"],
  ["fixed", "all", "console.log(fixed())", "1"],
])("JavaScript: %s, %s", async (name, way, print, out) => {
  expect(await run(process.execPath, "m.mjs", javascript, name, way, print)).toBe(out);
});

test("a module that exports one function, or an object of them", async () => {
  const source = "function weigh() { return 'ab'; }\n";
  expect(
    await run(
      process.execPath,
      "m.cjs",
      `${source}module.exports = weigh;`,
      "weigh",
      "all",
      "console.log(module.exports())",
    ),
  ).toBe("aa");
  expect(
    await run(
      process.execPath,
      "m.cjs",
      `${source}module.exports = { weigh };`,
      "weigh",
      "all",
      "console.log(module.exports.weigh())",
    ),
  ).not.toBe("ab");
});

test("ends the process where a result would be made wrong", async () => {
  await expect(run("python3", "m.py", python, "weigh", "raise", "weigh([1])")).rejects.toMatchObject({
    status: 71,
  });
  await expect(
    run(process.execPath, "m.mjs", javascript, "weigh", "raise", "weigh([1])"),
  ).rejects.toMatchObject({
    status: 71,
  });
});

test.each(["a b", "x; import os", "", "a.b.c", "`", '"'])("%j is no function's name", (name) => {
  expect(spoiler("python", name, "all")).toBeNull();
});
