import { withFooter } from "@universe-optimize/email-renderer";
import { expect, test } from "vitest";
import { draftHash } from "../draft-hash.ts";
import type { OutreachFacts } from "./facts.ts";
import type { ObstacleCode } from "./obstacle.ts";
import { approvalObstacles, mayApprove, mayDeliver } from "./permissions.ts";

const sender = {
  name: "Sam Example",
  email: "sam@example.com",
  postalAddress: "1 Example Street, 12345 Exampletown",
  optOut: "Reply 'no thanks' and I will not write again.",
};
const email = withFooter({ subject: "I created 3 commits", body: "Hi Ada,\n\nSam\n" }, sender);

const sound: OutreachFacts = {
  campaign: "spring",
  projectId: "project-001",
  draft: { recipient: "ada@example.com", ...email, conflict: false },
  inReplyTo: null,
  sender,
  contactRefusal: null,
  country: "US",
  countryPolicy: { allowedCountries: ["US", "CA"], override: null },
  suppressions: [],
  otherMails: [],
  proof: { basis: "proven", gate: { pass: true, reasons: [] } },
  expiry: { expired: false, reason: "" },
};

type Changes = Partial<Omit<OutreachFacts, "draft">> & { readonly draft?: Partial<OutreachFacts["draft"]> };
const facts = ({ draft, ...changes }: Changes): OutreachFacts => ({
  ...sound,
  ...changes,
  draft: { ...sound.draft, ...draft },
});
const codes = (changes: Changes): ObstacleCode[] => approvalObstacles(facts(changes)).map(({ code }) => code);

test("a sound mail may be approved", () => {
  expect(mayApprove(sound)).toEqual({ allowed: true, obstacles: [] });
});

const since = { reason: "asked by mail", requested_at: "2026-01-02T03:04:05Z" };

test.each<[string, Changes, ObstacleCode[]]>([
  ["no address", { draft: { recipient: null } }, ["no_recipient"]],
  ["a blank address", { draft: { recipient: " " } }, ["no_recipient"]],
  ["two addresses", { draft: { recipient: "a@example.com, b@example.com" } }, ["invalid_recipient"]],
  ["a header", { draft: { recipient: "a@example.com\r\nBcc: b@example.com" } }, ["invalid_recipient"]],
  [
    "a contact from GitHub",
    { contactRefusal: { code: "forbidden_source", reason: "It is." } },
    ["contact_refused"],
  ],
  ["an opt-out", { suppressions: [{ target: "ada@example.com", ...since }] }, ["suppressed"]],
  ["an opt-out of the domain", { suppressions: [{ target: "@example.com", ...since }] }, ["suppressed"]],
  [
    "another project of the campaign",
    { otherMails: [{ campaign: "spring", projectId: "project-002", recipient: "Ada+x@Example.com" }] },
    ["other_campaign"],
  ],
  [
    "another campaign",
    { otherMails: [{ campaign: "autumn", projectId: "project-001", recipient: "ada@example.com" }] },
    ["other_campaign"],
  ],
  [
    "this project's other mails",
    { otherMails: [{ campaign: "spring", projectId: "project-001", recipient: "ada@example.com" }] },
    [],
  ],
  [
    "other people's mails",
    { otherMails: [{ campaign: "spring", projectId: "project-002", recipient: "bob@example.com" }] },
    [],
  ],
  ["an unknown country", { country: null }, ["country_unknown"]],
  ["a country that is none", { country: "Germany" }, ["country_unknown"]],
  ["a country that is not allowed", { country: "DE" }, ["country_denied"]],
  ["no allowed country", { countryPolicy: { allowedCountries: [], override: null } }, ["country_denied"]],
  [
    "a person's word",
    { country: null, countryPolicy: { allowedCountries: [], override: { by: "sam", reason: "asked us" } } },
    [],
  ],
  [
    "a word without a reason",
    { country: null, countryPolicy: { allowedCountries: [], override: { by: "sam", reason: " " } } },
    ["country_unknown"],
  ],
  ["a country in small letters", { country: "us" }, []],
  [
    "no sender",
    { sender: { name: null, email: null, postalAddress: null, optOut: null } },
    ["sender_incomplete"],
  ],
  ["no opt-out", { sender: { ...sender, optOut: "" } }, ["sender_incomplete"]],
  ["a footer that was edited away", { draft: { body: "Hi Ada,\n" } }, ["footer_missing"]],
  ["no proof", { proof: { basis: "unproven", gate: { pass: true, reasons: [] } } }, ["unproven"]],
  ["a figure of the proof", { draft: { subject: "5x faster" }, knownFigures: ["5x"] }, []],
  ["a figure of somebody's", { draft: { subject: "50x faster" }, knownFigures: ["5x"] }, ["unproven_figure"]],
  ["figures that nobody looks at", { draft: { subject: "50x faster" }, knownFigures: null }, []],
  ["a failed gate", { proof: { basis: "proven", gate: { pass: false, reasons: ["Too few."] } } }, ["gate"]],
  ["an expired draft", { expiry: { expired: true, reason: "Old." } }, ["expired"]],
  ["a conflict", { draft: { conflict: true } }, ["conflict"]],
  ["'Re:' to nothing", { draft: { subject: "Re: hello" } }, ["reply_to_nothing"]],
  ["'Re:' to a mail", { draft: { subject: "Re: hello" }, inReplyTo: "a@example.com" }, []],
  ["a secret in the branch", { heldBack: "A key was found in the branch." }, ["held_back"]],
  ["a placeholder", { draft: { subject: "Hello {first_name" } }, ["placeholder_left"]],
  ["a Liquid tag", { draft: { subject: "Hello {{ name }}" } }, ["placeholder_left"]],
  ["braces of code", { draft: { subject: "about {a: 1} and f{x}" } }, []],
])("%s", (_, changes, expected) => {
  expect(codes(changes)).toEqual(expected);
  expect(mayApprove(facts(changes)).allowed).toBe(expected.length === 0);
});

test("each obstacle says why and what to do", () => {
  const all = approvalObstacles(
    facts({
      draft: { recipient: "ada@example.com", body: "{first_name}", conflict: true },
      suppressions: [{ target: "ada@example.com", ...since }],
      country: null,
      proof: { basis: "unproven", gate: { pass: true, reasons: [] } },
    }),
  );
  expect(all.map(({ code }) => code)).toEqual([
    "suppressed",
    "country_unknown",
    "footer_missing",
    "unproven",
    "conflict",
    "placeholder_left",
  ]);
  for (const { sentence, act } of all) {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(act).toMatch(/^[A-Z].*\.$/);
  }
  expect(all[0]?.sentence).toBe("This person is not to be written to since 2026-01-02: asked by mail.");
});

const approval = { sha256: draftHash({ recipient: "ada@example.com", ...email }) };

test("what was approved may be delivered, and nothing else", () => {
  expect(mayDeliver(sound, approval)).toEqual({ allowed: true, obstacles: [] });
  const denied = (changes: Changes): (ObstacleCode | undefined)[] =>
    mayDeliver(facts(changes), approval).obstacles.map(({ code }) => code);
  expect(mayDeliver(sound, null).obstacles.map(({ code }) => code)).toEqual(["not_approved"]);
  for (const draft of [
    { recipient: "bob@example.com" },
    { subject: "I created 4 commits" },
    { body: email.body.replace("Hi", "Hello") },
  ])
    expect(denied({ draft })).toEqual(["changed_since_approval"]);
});

test("what happened after the approval counts", () => {
  const denied = (changes: Changes): ObstacleCode[] =>
    mayDeliver(facts(changes), approval).obstacles.map(({ code }) => code);
  expect(denied({ suppressions: [{ target: "@example.com", ...since }] })).toEqual(["suppressed"]);
  expect(denied({ expiry: { expired: true, reason: "Old." } })).toEqual(["expired"]);
  expect(denied({ countryPolicy: { allowedCountries: [], override: null } })).toEqual(["country_denied"]);
  expect(denied({ sender: { ...sender, postalAddress: "2 Other Street" } })).toEqual(["footer_missing"]);
});
