import { expect, test } from "vitest";
import { footerText, hasFooter, type Sender, withFooter } from "./footer.ts";

const sender: Sender = {
  name: "Sam Example, Example Ltd",
  email: "sam@example.com",
  postalAddress: "1 Example Street\n12345 Exampletown",
  optOut: "Reply 'no thanks' and I will not write again.",
};
const email = { subject: "s", body: "Hi Ada,\n\nSam\n" };

test("the footer is appended once", () => {
  const once = withFooter(email, sender);
  expect(once.body).toBe(
    "Hi Ada,\n\nSam\n\n--\nSam Example, Example Ltd\n1 Example Street, 12345 Exampletown\nReply 'no thanks' and I will not write again.\n",
  );
  expect(withFooter(once, sender)).toEqual(once);
  expect([hasFooter(email.body, sender), hasFooter(once.body, sender)]).toEqual([false, true]);
});

test("a person may change white space, and nothing of the words", () => {
  const { body } = withFooter(email, sender);
  expect(hasFooter(body.replaceAll("\n", "  \r\n"), sender)).toBe(true);
  expect(hasFooter(body.replace("again", "often"), sender)).toBe(false);
  expect(hasFooter(`${body}P.S. one more thing\n`, sender)).toBe(false);
  expect(hasFooter(body.replace("\n--\n", "\n"), sender)).toBe(false);
});

test.each(["name", "postalAddress", "optOut"])("without %s there is none", (field) => {
  for (const value of [null, "", " \n "]) {
    const incomplete = { ...sender, [field]: value };
    expect(footerText(incomplete)).toBeNull();
    expect(withFooter(email, incomplete)).toEqual(email);
    expect(hasFooter(email.body, incomplete)).toBe(false);
  }
});

test("control characters of the configuration stay out", () => {
  expect(footerText({ ...sender, name: "Sam\u001b[31m\u2028Bcc: x" })).toMatch(/^--\nSam\[31m Bcc: x\n/);
});
