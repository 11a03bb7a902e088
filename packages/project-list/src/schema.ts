import { z } from "zod";
import { isForbiddenSource } from "./contact-source.ts";
import { refuseContact } from "./refuse-contact.ts";
import type { Project } from "./project.ts";
import { refusedUpstream } from "./upstream.ts";

// One line of text: a line break in a name or an address could add a header to a mail.
const LINE = /^[^\p{Cc}\u2028\u2029]*$/u;
const TEXT = /^[^\p{Cc}]*(?:[\n\r\t][^\p{Cc}]*)*$/u;
const PLACEHOLDER = /^\s*(?:\.{2,}|…|-+|\?+|<.*>|todo|tbd|n\/a|unknown)?\s*$/iu;

const line = z.string().max(500).regex(LINE, "holds a line break or another control character");
const name = line.min(1, "is empty");
const text = z.string().max(10_000).regex(TEXT, "holds a control character");
const notPlaceholder = (value: string): boolean => !PLACEHOLDER.test(value);

function orNull<Type extends z.ZodType>(type: Type): z.ZodDefault<z.ZodNullable<Type>> {
  return z.nullable(type).default(null as z.util.NoUndefined<z.output<z.ZodNullable<Type>>>);
}

const contact = z.strictObject({
  name: name.refine(notPlaceholder, "is a placeholder").describe("First and last name."),
  title: line.describe("Position: CTO, maintainer …"),
  email: orNull(
    z
      .email({
        error: ({ input }) =>
          typeof input === "string" && !notPlaceholder(input) ? "is a placeholder" : "is no e-mail address",
      })
      .max(254)
      .refine(
        (email) => refuseContact({ source: "manual", email }) === null,
        "exists in commits only: GitHub's acceptable-use policies forbid unsolicited mail to it",
      ),
  ).describe("Address, or null while it is not known: drafts are made then, but cannot be marked as sent."),
  linkedin: orNull(line.refine(notPlaceholder, "is a placeholder")).describe(
    "Address of the profile, or null.",
  ),
  source: name
    .refine(
      (source) => !isForbiddenSource(source),
      "comes from GitHub or git data, which its acceptable-use policies forbid to use for unsolicited mail",
    )
    .default("manual")
    .describe("Where the contact comes from: manual, apollo, sumble … GitHub and git data are refused."),
  found_at: z
    .exactOptional(z.nullable(z.iso.date()))
    .describe("Day on which the source was asked (YYYY-MM-DD), or null."),
  country: z
    .exactOptional(z.nullable(z.string().regex(/^[A-Z]{2}$/u, "is no country")))
    .describe(
      "Where the person is: ISO 3166 code in capitals (US, DE), or null. Unknown countries are not written to.",
    ),
});

const project = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/u, "is no id")
    .describe("Name of the project in commands and of its folder in results/."),
  repo: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/u, "is no owner/name")
    .refine((repo) => !repo.toLowerCase().endsWith(".git"), "ends in .git")
    .describe("owner/name, as on GitHub."),
  upstream: orNull(
    name.superRefine((upstream, context) => {
      const reason = refusedUpstream(upstream);
      if (reason !== null) context.addIssue({ code: "custom", message: `is refused: ${reason}` });
    }),
  ).describe(
    "Git URL or path of the repository where it is not `repo` on GitHub; relative paths: from the campaign's folder.",
  ),
  language: z
    .enum(["python", "javascript", "typescript", "java"])
    .describe("What the project is written in."),
  stars: orNull(z.int().min(0)).describe("Stars on GitHub when it was selected."),
  description: text.default("").describe("What the project does."),
  company: orNull(name).describe("Company behind the project."),
  domain: orNull(name).describe("Field: data processing, web framework …"),
  target_contact: orNull(contact).describe("The person whom the e-mails address."),
  why_selected: text.default("").describe("Why this project."),
  model: orNull(name.max(100)).describe("Model for this project's agent instead of the campaign's, or null."),
});

export const projectSchema: z.ZodType<Project> = project;

/** All keys that an entry or its contact may have, for hints. */
export const knownKeys: {
  readonly project: readonly string[];
  readonly contact: readonly string[];
} = {
  project: Object.keys(project.shape),
  contact: Object.keys(contact.shape),
};

/**
 * JSON Schema 2020-12 of projects.json, for editors; `projects.schema.json` in this package holds it.
 * It says less than `parseProjectList` checks: duplicates, placeholders and refused sources are not in it.
 */
export function projectListJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(z.array(project), {
    target: "draft-2020-12",
    io: "input",
  });
  return {
    $schema,
    title: "projects.json of Universe Optimize",
    description: "The projects of a campaign.",
    ...rest,
  };
}
