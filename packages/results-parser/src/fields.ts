import * as z from "zod";
import { hasUnsafeCharacters, cleanLine } from "./clean-text.ts";
import { NUMBER, readNumber, wordToNumber } from "./numbers.ts";
import { kindOf, saysNothing } from "./quantity.ts";

/*
 * One lenient schema per kind of field. Each takes what honest agents write and gives the strict type; the messages are
 * written for a person who looks at the file.
 */

/** The longest texts, in characters. */
export const MAX_CHARS = { name: 200, path: 500, text: 1000, command: 1000 } as const;

const expected = (what: string): { error: (issue: { readonly input?: unknown }) => string } => ({
  error: ({ input }) => `expected ${what}, found ${kindOf(input)}`,
});

const scalar = z.union([z.string(), z.number(), z.boolean()], expected("a text"));

/** A line of text; a number is taken as its digits, a list of texts is joined. "" where the file says `n/a`. */
export function lineOf(maxChars: number): z.ZodType<string> {
  return z
    .union([scalar, z.array(scalar).max(100)], expected("a text"))
    .transform((value) =>
      cleanLine(Array.isArray(value) ? value.slice(0, 100).join(", ") : String(value), maxChars),
    )
    .transform((line) => (saysNothing(line) ? "" : line));
}

/** A whole number from 0 on: 12, "12", "twelve", "12 experiments", "1,234". */
export const count: z.ZodType<number> = z
  .union([z.number(), z.string().transform(leadingNumber)], expected("a number"))
  .pipe(
    z
      .number("it says no number")
      .int("expected a whole number")
      .min(0, "expected 0 or more")
      .max(1e6, "more than a million is not believed"),
  );

/** A percentage: 34, "34%", "+34 %". */
export const percentage: z.ZodType<number> = z
  .union([z.number(), z.string().transform(leadingNumber)], expected("a number"))
  .pipe(
    z
      .number("it says no number")
      .min(-1e6, "below -10^6 % is not believed")
      .max(1e6, "above 10^6 % is not believed"),
  );

const COMMIT = /^[0-9a-f]{7,40}$/i;

/** 7 to 40 hexadecimal digits, in lower case. */
export const commitId: z.ZodType<string> = z
  .string(expected("a commit id"))
  .transform((text) => text.trim())
  .pipe(z.string().regex(COMMIT, "a commit id has 7 to 40 hexadecimal digits"))
  .transform((id) => id.toLowerCase());

/** A file below the folder that the path is relative to: no `..`, no leading `/`, `~` or drive; `./` and `//` are tidied. */
export const relativePath: z.ZodType<string> = z.string(expected("a path")).transform((text, context) => {
  const path = text.trim();
  const problem = pathProblem(path);
  if (problem !== null) {
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  }
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
});

/** `benchmarks/NAME`. */
export const benchmarkPath: z.ZodType<string> = relativePath.refine((path) => /^benchmarks\/./.test(path), {
  error: "a benchmark lies below benchmarks/",
});

/** A command is run later: it is taken as it is or not at all. */
export const command: z.ZodType<string> = z
  .string(expected("a command"))
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .max(MAX_CHARS.command, `a command has at most ${MAX_CHARS.command} characters`)
      .refine((text) => !hasUnsafeCharacters(text), "a command is one line without control characters"),
  );

/** A branch name that is safe as an argument: no leading dash, nothing that git refuses (git-check-ref-format). */
export const branchName: z.ZodType<string> = z
  .string(expected("a branch name"))
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .max(MAX_CHARS.name, `a branch name has at most ${MAX_CHARS.name} characters`)
      .refine((name) => !hasUnsafeCharacters(name), "a branch name has no control characters")
      .refine(
        (name) => !/^[-/.]|[\s~^:?*[\\]|\.\.|@\{|\/\/|\/\.|[/.]$|\.lock$/.test(name),
        "git takes no such branch name",
      ),
  );

const STATUSES = {
  completed: ["completed", "complete", "done", "success", "succeeded", "finished", "ok"],
  plateaued: ["plateaued", "plateau", "plateaud", "stalled"],
  failed: ["failed", "failure", "fail", "error", "errored"],
} as const;

/** The three statuses and their near forms. */
export const summaryStatus: z.ZodType<keyof typeof STATUSES> = z
  .string(expected("a status"))
  .transform((text, context) => {
    const word = text.trim().toLowerCase();
    for (const status of ["completed", "plateaued", "failed"] as const) {
      if ((STATUSES[status] as readonly string[]).includes(word)) return status;
    }
    context.addIssue({ code: "custom", message: "expected completed, plateaued or failed" });
    return z.NEVER;
  });

const LEADING = new RegExp(`^[~≈]? ?([+-]?)(${NUMBER})(?![\\w.,])`, "i");

function leadingNumber(text: string): number {
  const line = cleanLine(text, MAX_CHARS.name).replace(/\u2212/g, "-");
  const found = LEADING.exec(line);
  if (found !== null) return (readNumber(found[2] ?? "") ?? Number.NaN) * (found[1] === "-" ? -1 : 1);
  return wordToNumber(/^[a-z]+/i.exec(line)?.[0] ?? "") ?? Number.NaN;
}

function pathProblem(path: string): string | null {
  if (path.length > MAX_CHARS.path) return `a path has at most ${MAX_CHARS.path} characters`;
  if (hasUnsafeCharacters(path)) return "a path has no control characters";
  if (/^(?:[/\\~]|[a-z]:)/i.test(path)) return "expected a relative path, found an absolute one";
  if (path.split(/[/\\]/).includes("..")) return "a path does not lead upwards with '..'";
  return /[^./]/.test(path) ? null : "the path names no file";
}
