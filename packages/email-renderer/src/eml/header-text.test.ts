import { expect, test } from "vitest";
import { displayName, headerText, messageIdText, plainAddress } from "./header-text.ts";

test.each([
  ["Ada\r\nBcc: spy@example.com", "Ada Bcc: spy@example.com"],
  ["Ada\u2028Bcc:\u2029x\u0085y\u000bz", "Ada Bcc: x yz"],
  ["=?utf-8?Q?Ada=0D=0ABcc:_x?=", "= ?utf-8?Q?Ada=0D=0ABcc:_x?="],
  ["=\u200b?utf-8?B?QQ==?=", "= ?utf-8?B?QQ== ?="],
  ["\u202eevil\u2066", "evil"],
  ["a == b?", "a == b?"],
])("%j in a header is %j", (text, header) => {
  expect(headerText(text)).toBe(header);
});

test.each([
  ["Zoë 山田", "Zoë 山田"],
  ['Ada "The Boss" Example', "Ada The Boss Example"],
  ["Ada <spy@example.com>", null],
  ["billing@bank.example", null],
  ["Ada, Bob; Eve: x", "Ada Bob Eve x"],
  ["Ada\r\nBcc: x", "Ada Bcc x"],
  ["12345", null],
  ["", null],
  [null, null],
])("the display name %j is %j", (name, shown) => {
  expect(displayName(name)).toBe(shown);
});

test("a display name of a megabyte is cut", () => {
  expect(displayName("A".repeat(1_000_000))).toBe("A".repeat(120));
  expect(displayName("🚀A".repeat(100))?.isWellFormed()).toBe(true);
});

test.each(["ada@example.com", "a.b+c@sub.example.com", "o'neil@example.co.uk", " ada@Example.COM "])(
  "%s is an address",
  (text) => {
    expect(plainAddress(text, "e.md")).toBe(text.trim().toLowerCase());
  },
);

test.each([
  "",
  "ada",
  "ada@localhost",
  "ada@example.com, bob@example.com",
  "ada@example.com\r\nBcc: bob@example.com",
  "<ada@example.com>",
  "Ada <ada@example.com>",
  '"a b"@example.com',
  "ada@[127.0.0.1]",
  "ada(x)@example.com",
  "ada@exa mple.com",
  "ada@@example.com",
  "a..b@example.com",
  "adá@example.com",
  "ada@exаmple.com",
  "ada@-example.com",
  `${"a".repeat(65)}@example.com`,
  `a@${"b".repeat(300)}.com`,
])("%j is refused", (text) => {
  expect(() => plainAddress(text, "e.md")).toThrow(expect.objectContaining({ code: "invalid_address" }));
});

test("a Message-ID loses its brackets", () => {
  expect(messageIdText(" <a.b=c@mail.example.com> ", "e.md")).toBe("a.b=c@mail.example.com");
  for (const text of ["", "a", "<a@b> <c@d>", "a@b\r\nBcc: x", "a b@c", "<a@b", "é@b"]) {
    expect(() => messageIdText(text, "e.md")).toThrow(expect.objectContaining({ code: "invalid_header" }));
  }
});
