import { expect, test } from "vitest";
import { checkBrief, checkCloneUrl } from "./check-brief.ts";
import type { RunBrief } from "./types.ts";

const BRIEF: RunBrief = {
  runId: "run-1",
  projectId: "project-001",
  repo: "org/repo-name",
  language: "python",
  branch: "codeflash/optimize",
  baseSha: "a".repeat(40),
  timeLimitHours: 0.25,
  sessionId: "11111111-2222-4333-8444-555555555555",
};

test("a good brief passes", () => {
  expect(() => checkBrief(BRIEF)).not.toThrow();
});

test.each([
  ["runId", "a;b"],
  ["projectId", "../x"],
  ["repo", "org"],
  ["repo", "org/$(id)"],
  ["language", "perl"],
  ["branch", "-x"],
  ["branch", "a..b"],
  ["branch", "a b"],
  ["branch", "x.lock"],
  ["branch", "HEAD"],
  ["branch", "a/"],
  ["baseSha", "abc123"],
  ["baseSha", "main"],
  ["timeLimitHours", 0],
  ["timeLimitHours", Number.NaN],
  ["sessionId", "x"],
])("%s %j is refused by name", (field, value) => {
  const error = expect(() => checkBrief({ ...BRIEF, [field]: value }));
  error.toThrow(
    expect.objectContaining({ code: "brief_invalid", message: expect.stringContaining(field) as string }),
  );
});

test.each([
  "https://example.com/org/repo.git",
  "ssh://git@example.com/org/repo",
  "file:///tmp/x",
  "/tmp/a b.git",
])("%s can be cloned", (url) => {
  expect(() => checkCloneUrl(url)).not.toThrow();
});

test.each([
  "ext::sh -c id",
  "--upload-pack=id",
  "repo.git",
  "https://user:pass@example.com/x",
  "https://token@example.com/x",
  "/a\nb",
])("%j is refused", (url) => {
  expect(() => checkCloneUrl(url)).toThrow(expect.objectContaining({ code: "brief_invalid" }));
});
