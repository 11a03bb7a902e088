import { expect, test } from "vitest";

import { pushRefusal } from "./push-refusal.ts";
import { remoteFailure } from "./remote-branch.ts";

const kinds = ["a Personal Access Token", "an OAuth App", "a GitHub App"];

test.each(kinds)("%s without the right to change workflows", (kind) => {
  const scope = kind.includes("GitHub App") ? "`workflows` permission" : "`workflow` scope";
  const words = `remote: error\n ! [remote rejected] x -> x (refusing to allow ${kind} to create or update workflow \`.github/workflows/ci.yml\` without ${scope})`;
  expect(pushRefusal(words, "x", "acme/app")).toMatchObject({ code: "workflow_scope", retryable: false });
});

test.each([
  "remote: error: GH013: Repository rule violations found for refs/heads/x.",
  "remote: error: GH001: Large files detected.",
])("%s", (words) => {
  expect(pushRefusal(words, "x", "acme/app")).toMatchObject({ code: "push_rejected", retryable: false });
});

test("a branch that moved is nobody's refusal", () => {
  expect(pushRefusal(" ! [rejected] x -> x (stale info)", "x", "acme/app")).toBeNull();
});

test.each([
  [
    "fatal: unable to access 'https://example.com/': The requested URL returned error: 502",
    "git_failed",
    true,
  ],
  ["fatal: unable to access 'https://example.com/': Could not resolve host: example.com", "git_failed", true],
  ["fatal: the remote end hung up unexpectedly", "git_failed", true],
  ["fatal: Authentication failed for 'https://example.com/'", "unauthorized", false],
  ["remote: Permission to our-org/app.git denied to robin.", "forbidden", false],
  ["fatal: repository 'https://example.com/app/' not found", "not_ready", true],
  ["fatal: something else", "git_failed", false],
])("%s", (words, code, retryable) => {
  expect(remoteFailure(["push"], 128, words, "acme/app")).toMatchObject({ code, retryable });
});
