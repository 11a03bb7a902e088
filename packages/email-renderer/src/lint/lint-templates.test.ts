import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readTemplateSources } from "../read-templates.ts";
import { findingText, type LintFinding } from "./finding.ts";
import { lintTemplates } from "./lint-templates.ts";

const knownVariables = ["first_name", "num_optimizations", "repo_name", "best_speedup", "proof_url"];
const sender = { name: "Sam", email: null, postalAddress: "1 Example Street", optOut: "Reply 'no thanks'." };

/** The findings of a template with a complete footer, but for the note of unused variables. */
function lint(text: string, isFirst = true, facts: object = {}): LintFinding[] {
  const other = { name: "email_1_other.md", text: "Subject: hello\n\nHi\n" };
  const own = { name: "email_2.md", text };
  const found = lintTemplates(isFirst ? [own] : [other, own], { knownVariables, sender, ...facts });
  return found.filter(({ code, file }) => code !== "unused_variables" && file === own.name);
}
const codes = (text: string, isFirst = true, facts: object = {}): string[] =>
  lint(text, isFirst, facts).map(
    ({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`,
  );

test("a sound template has no finding", () => {
  expect(
    codes(
      "Subject: {num_optimizations} commits for {repo_name}\n\nHi {first_name},\nevery new PR is checked. \\{x}\n",
    ),
  ).toEqual([]);
  expect(codes("Subject: Re: hello\n\nHi\n", false)).toEqual([]);
});

test.each([
  ["hello\n\nHi\n", ["error template 1:null"]],
  ["Subject: a\n\n{% if x %}\n", ["error template 3:1"]],
  ["Subject: a\n\nHi {frist_name}\n", ["error unknown_variable 3:5"]],
  ["Subject: a\n\nHi {first_name,\n", ["error unclosed_placeholder 3:4"]],
  ["Subject: {repo_name\n\nHi\n", ["error unclosed_placeholder 1:10"]],
  ["Subject: a\n\nHi { first_name },\n", ["error unclosed_placeholder 3:4"]],
  ["Subject: a\n\nHi first_name},\n", ["error unclosed_placeholder 3:4"]],
  ["Subject: a\n\nHi [First Name],\n", ["error foreign_placeholder 3:4"]],
  ["Subject: a\n\nHi %FIRST_NAME%,\n", ["error foreign_placeholder 3:4"]],
  ["Subject: a\n\nHi {first_name}, {{ first_name }}\n", ["error braces_as_text 3:5"]],
  ["Subject: Re: a\n\nHi\n", ["error reply_on_first 1:10"]],
  ["Subject: Fwd: a\n\nHi\n", ["error reply_on_first 1:10"]],
  [`Subject: ${"word ".repeat(20)}\n\nHi\n`, ["warning long_subject 1:10"]],
  ["Subject: AMAZING SPEED for you\n\nHi\n", ["warning shouting_subject 1:10"]],
  ["Subject: {num_optimizations} PRs for you\n\nHi\n", ["warning wrong_word 1:30"]],
  ["Subject: a\n\nI opened two pull requests.\n", ["warning wrong_word 3:14"]],
  ["Subject: a\n\nIt is guaranteed.\n", ["warning wrong_word 3:7"]],
  [
    "Subject: a\n\nIt is 5x faster and cuts 50%.\n",
    ["warning handwritten_figure 3:7", "warning handwritten_figure 3:26"],
  ],
  ["Subject: a\n\nTODO write\n", ["error unfinished 3:1"]],
  ["Subject: a\n\nsee http://example.com\n", ["warning not_https 3:5"]],
])("%j", (text, expected) => {
  expect(codes(text)).toEqual(expected);
});

test("the better word is given", () => {
  const better = (text: string): (string | null)[] => lint(text).map((finding) => finding.better);
  expect(better("Subject: {num_optimizations} PRs\n\nHi\n")).toEqual(["commits"]);
  expect(better("Subject: a\n\nI made this PR.\n")).toEqual(["commit"]);
  expect(better("Subject: a\n\nHi {first_name,\n")).toEqual(["{first_name}"]);
  expect(better("Subject: Re: hello\n\nHi\n")).toEqual(["hello"]);
});

test("one optimization reads otherwise than several", () => {
  const text = "Subject: a\n\n{num_optimizations} merge-ready commits\n";
  expect(codes(text)).toEqual([]);
  expect(codes(text, true, { minVerified: 1 })).toEqual(["warning plural 3:1"]);
});

test("an opt-out and an address are in the footer or in the mail", () => {
  const bare = "Subject: a\n\nHi\n";
  expect(codes(bare, true, { sender: null })).toEqual([
    "error no_opt_out null:null",
    "error no_postal_address null:null",
  ]);
  expect(codes(bare, false, { sender: null })).toEqual([
    "warning no_opt_out null:null",
    "warning no_postal_address null:null",
  ]);
  const own = "Subject: a\n\nHi\nReply 'stop' to opt out.\nExample Ltd, 12 Example Street\n";
  expect(codes(own, true, { sender: null })).toEqual([]);
  expect(codes(bare, true, { sender: { ...sender, name: null } })).toEqual([]);
  expect(codes(bare, true, { sender: { ...sender, optOut: null } })).toEqual(["error no_opt_out null:null"]);
});

test("variables that no template uses are one note", () => {
  const found = lintTemplates([{ name: "email_1.md", text: "Subject: {repo_name}\n\nHi {first_name}\n" }], {
    knownVariables,
    sender,
  });
  expect(found.map(findingText)).toEqual([
    "email_1.md: note: no template uses best_speedup, num_optimizations, proof_url.",
  ]);
});

test("hostile templates cost no time and throw nothing", () => {
  for (const piece of ["{", "{a", "{%", "a ", "TODO", "{num_optimizations} ", "5x ", "1 a ", "opened "]) {
    expect(Array.isArray(lint(`Subject: a\n\n${piece.repeat(20_000)}\n`))).toBe(true);
  }
  expect(codes(`Subject: a\n\n${"a".repeat(10_000_000)}`)).toEqual(["error template null:null"]);
});

test("the default templates: warnings to judge, and no error once the sender is set", async () => {
  const folder = fileURLToPath(new URL("../../../../email_templates", import.meta.url));
  const context =
    "first_name full_name title company_name repo repo_name branch_url num_optimizations best_function best_speedup optimizations_summary calendly_link";
  const found = lintTemplates(await readTemplateSources(folder), {
    knownVariables: context.split(" "),
    sender,
  });
  expect(found.map(findingText)).toEqual([
    "email_1_proof.md:1:40: warning: 'PRs': there are commits on a branch of a fork, nobody opened a pull request. 'commits' is what is there.",
    "email_1_proof.md:20:18: warning: '50%' is written by hand, and no proof of this program stands behind it. Keep it only if you can show where it comes from.",
    "email_2_followup.md:1:44: warning: 'PRs': there are commits on a branch of a fork, nobody opened a pull request. 'commits' is what is there.",
    "email_3_risk.md:1:44: warning: 'PRs': there are commits on a branch of a fork, nobody opened a pull request. 'commits' is what is there.",
    "email_3_risk.md:10:4: warning: '50%' is written by hand, and no proof of this program stands behind it. Keep it only if you can show where it comes from.",
    "email_1_proof.md: note: no template uses full_name, title.",
  ]);
});
