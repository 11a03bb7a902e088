import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const known = ["first_name", "full_name", "title", "repo", "repo_name"];

test.each([
  ["frist_name", "first_name"],
  ["First_Name", "first_name"],
  ["titel", "title"],
  ["reponame", "repo_name"],
  ["y", null],
  ["constructor", null],
])("%s is nearest to %s", (name, nearest) => {
  expect(nearestName(name, known)).toBe(nearest);
});

test("nothing is near when nothing is known", () => {
  expect(nearestName("repo", [])).toBeNull();
});
