import { expect, it } from "vitest";
import { hasTags, readTags, sameTags } from "./tags.ts";

it("compares tags exactly", () => {
  expect(hasTags({ job: "job-10" }, { job: "job-1" })).toBe(false);
  expect(hasTags({ job: "job-1", other: "x" }, { job: "job-1" })).toBe(true);
  expect(hasTags({}, {})).toBe(true);
  expect(hasTags({}, { constructor: "Object" })).toBe(false);
  expect(sameTags({ a: "1", b: "2" }, { b: "2", a: "1" })).toBe(true);
  expect(sameTags({ a: "1", b: "2" }, { a: "1" })).toBe(false);
  expect(sameTags({ a: "1" }, { a: "1", b: "2" })).toBe(false);
});

it("reads only tags as tags", () => {
  expect(readTags({ a: "1" })).toEqual({ a: "1" });
  for (const value of [null, [], "a", { a: 1 }, { a: null }, undefined]) expect(readTags(value)).toBeNull();
});
