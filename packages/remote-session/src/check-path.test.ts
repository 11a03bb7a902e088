import { expect, test } from "vitest";
import { forMessage, normalizeInnerPath, requireInnerPath, requireMachinePath } from "./check-path.ts";

test.each([
  ["a/b", "a/b"],
  ["./a//b/./c/", "a/b/c"],
  ["..a/b..", "..a/b.."],
  [".", "."],
  ["ü漢 'x' $y", "ü漢 'x' $y"],
])("%j inside a folder is %j", (path, normal) => {
  expect(normalizeInnerPath(path)).toBe(normal);
});

test.each([
  "",
  "/",
  "/a",
  "..",
  "../a",
  "a/..",
  "a/../b",
  "a\\b",
  "a\0b",
  "a\nb",
  "a\u007fb",
  "n".repeat(256),
  "n/".repeat(600),
])("%j is no path inside a folder", (path) => {
  expect(normalizeInnerPath(path)).toBeNull();
  expect(() => requireInnerPath(path)).toThrow(expect.objectContaining({ code: "unsafe_path" }));
});

test("a machine's path may be absolute, but not lead up", () => {
  expect(requireMachinePath("/")).toBe("/");
  expect(requireMachinePath("//a/./b")).toBe("/a/b");
  expect(requireMachinePath("a/b/")).toBe("a/b");
  for (const path of ["/..", "/a/../b", "../a", ""]) expect(() => requireMachinePath(path)).toThrow();
});

test("a machine's text loses what a terminal would obey", () => {
  expect(forMessage("a\u001b[31m\r\n\u0007b\u009bc")).toBe("a [31m b c");
  expect(forMessage("x".repeat(1000))).toHaveLength(300);
});
