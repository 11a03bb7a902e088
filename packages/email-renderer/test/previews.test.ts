import { fileURLToPath } from "node:url";
import {
  composeEml,
  type EmailContext,
  hasFooter,
  previewEmails,
  readTemplates,
  renderText,
  type Sender,
} from "@universe-optimize/email-renderer";
import PostalMime from "postal-mime";
import { expect, test } from "vitest";

const templates = await readTemplates(fileURLToPath(new URL("../../../email_templates", import.meta.url)));
const sender: Sender = {
  name: "Sam Example, Example Ltd",
  email: "sam@example.com",
  postalAddress: "1 Example Street, 12345 Exampletown, Exampleland",
  optOut: "If you do not want to hear from me again, reply 'no thanks' and I will not write to you any more.",
};

function contextOf(count: number, facts: EmailContext): EmailContext {
  return {
    first_name: "Ada",
    full_name: "Ada Example",
    title: "CTO",
    company_name: "Example Ltd",
    repo: "example/fast-parser",
    repo_name: "fast-parser",
    fork_url: "https://github.com/our-org/fast-parser",
    branch_url: "https://github.com/our-org/fast-parser/tree/codeflash/optimize",
    num_optimizations: count,
    best_description: "",
    second_best_function: "",
    second_best_technique: "",
    total_cpu_improvement_pct: 0,
    total_memory_saved_mb: 0,
    calendly_link: "https://calendly.example.com/us",
    verified_count: count,
    proof_url: "",
    proof_method: "Each commit was timed against its parent in interleaved pairs of fresh processes.",
    proof_reduced: false,
    ...facts,
  };
}

// As email-context makes them of proven results.
const contexts: readonly { readonly id: string; readonly values: EmailContext }[] = [
  {
    id: "0",
    values: contextOf(0, {
      best_function: "",
      best_speedup: "",
      optimizations_summary: "No optimization was verified.",
    }),
  },
  {
    id: "1",
    values: contextOf(1, {
      best_function: "__init__",
      best_speedup: "7% faster",
      optimizations_summary: "That one commit makes __init__ 7% faster.",
    }),
  },
  {
    id: "3",
    values: contextOf(3, {
      best_function: "parse_rule",
      best_speedup: "3.4x faster",
      optimizations_summary:
        "The three merge-ready commits make parse_rule 3.4x faster and url_for 1.8x faster, and save 12 MiB of memory in load_table.",
    }),
  },
  {
    id: "30",
    values: contextOf(30, {
      first_name: "Zoë",
      company_name: "山田商会",
      best_function: "Router::match<T>",
      best_speedup: "12x faster",
      optimizations_summary:
        "The 30 merge-ready commits include a 12x faster Router::match<T>, an 8.5x faster decode, and 110 MiB less memory in loadTable.",
    }),
  },
];

test.each(contexts)("$id optimizations: the mails as they would go out", (context) => {
  const previews = previewEmails(templates, [context], sender);
  expect(previews.map(({ error }) => error)).toEqual([null, null, null]);
  expect(previews.map(({ email }) => email && renderText(email)).join("\n=====\n")).toMatchSnapshot();
});

test("follow-ups keep their 'Re:' only behind a mail that was sent", () => {
  const [context] = contexts.slice(2);
  const subjects = (inReplyTo: string | null): (string | undefined)[] =>
    previewEmails(templates, [{ ...context!, inReplyTo }], sender).map(({ email }) => email?.subject);
  const subject = "I created 3 PRs that speed up fast-parser";
  expect(subjects(null)).toEqual([subject, subject, subject]);
  expect(subjects("first@example.com")).toEqual([subject, `Re: ${subject}`, `Re: ${subject}`]);
});

test("a template that fails does not hide the others", () => {
  const { company_name: _, ...values } = contextOf(3, {
    best_function: "a",
    best_speedup: "b",
    optimizations_summary: "c",
  });
  const previews = previewEmails(templates, [{ id: "x", values }], sender);
  expect(previews.map(({ email, error }) => [email !== null, error?.code ?? null])).toEqual([
    [true, null],
    [true, null],
    [false, "unknown_variable"],
  ]);
});

const hostile = {
  HTML: '<script>alert("x")</script><img src=x onerror=y>&lt;b&gt;',
  "a header": "Ada\r\nBcc: spy@example.com\r\n\r\nbody",
  "an encoded header": "=?utf-8?Q?Ada=0D=0ABcc:_spy@example.com?=",
  Liquid: "{{ 'x' | upcase }}{% for i in (1..9) %}x{% endfor %}",
  placeholders: "{title} \\{title}",
  "terminal escapes": "\u001b]0;owned\u0007\u001b[2JAda\u009b31m",
  "other line breaks": "Ada\u2028Bcc:\u2029x\u0085y",
  "text turned around": "\u202eadA\u2066",
  "the footer's mark": "x\n\n--\nAnother Sender\n",
  "a MIME boundary": "x\n----_NmP-Part_1\nContent-Type: text/html\n\n<b>x</b>",
};

test.each(Object.entries(hostile))(
  "%s in every value: one recipient, no tag, no header",
  async (_, value) => {
    const [base] = contexts;
    const values = Object.fromEntries(
      Object.entries(base!.values).map(([name, old]) => [name, typeof old === "string" ? value : old]),
    );
    const previews = previewEmails(templates, [{ id: "x", values }], sender);
    for (const [index, { email, template }] of previews.entries()) {
      expect(hasFooter(email!.body, sender)).toBe(true);
      const { eml, html } = await composeEml({
        file: template,
        to: { name: value, address: "ada@example.com" },
        from: { name: value, address: "sam@example.com" },
        subject: email!.subject,
        body: email!.body,
        date: new Date(0),
        draftId: `x/${index}`,
        inReplyTo: null,
      });
      expect(html).not.toMatch(/<(?!\/?(?:p|br|a|code|em|strong|ul|ol|li|blockquote|pre)\b)/);
      expect(email!.body + email!.subject).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e]/u);
      const mail = await PostalMime.parse(eml);
      expect(mail.to?.map(({ address }) => address)).toEqual(["ada@example.com"]);
      expect(mail.headers.map(({ key }) => key).toSorted()).toEqual([
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "subject",
        "to",
        "x-universe-draft",
        "x-unsent",
      ]);
    }
  },
);

test.each([
  ["ten megabytes", "A".repeat(10_000_000), "limit"],
  ["NaN", Number.NaN, "render_failed"],
  ["null", null, "render_failed"],
  ["an object", { toString: "x" }, "render_failed"],
])("%s as a value is refused, with the place", (_, value, code) => {
  const [base] = contexts;
  const previews = previewEmails(
    templates,
    [{ id: "x", values: { ...base!.values, first_name: value } }],
    sender,
  );
  expect(previews.map(({ error }) => [error?.code, error?.line])).toEqual([
    [code, 3],
    [code, 3],
    [code, 3],
  ]);
});
