import { expect, test } from "vitest";
import { markdownHtml } from "./markdown-html.ts";

test.each([
  ["<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"],
  ["&lt;b&gt; &amp;", "<p>&amp;lt;b&amp;gt; &amp;amp;</p>\n"],
  ["__init__ and a_b_c and *args", "<p>__init__ and a_b_c and *args</p>\n"],
  ["**bold** and *it*", "<p><strong>bold</strong> and <em>it</em></p>\n"],
  ["`a_b` \\* x", "<p><code>a_b</code> \\* x</p>\n"],
  ["![x](https://e.example/p.png)", '<p>!<a href="https://e.example/p.png">x</a></p>\n'],
  ["[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"],
  ["[x](http://e.example)", "<p>[x](http://e.example)</p>\n"],
  [
    "https://bank.example@evil.example/",
    '<p><a href="https://bank.example">https://bank.example</a>@evil.example/</p>\n',
  ],
  ["<https://e.example/a_b>", '<p><a href="https://e.example/a_b">https://e.example/a_b</a></p>\n'],
  ["see https://e.example/a_b.", '<p>see <a href="https://e.example/a_b">https://e.example/a_b</a>.</p>\n'],
  ["Unstructured.io, a@b.example, 10.0.0.1", "<p>Unstructured.io, a@b.example, 10.0.0.1</p>\n"],
  ["# no title\n---", "<p># no title<br>\n---</p>\n"],
  ["    not code", "<p>not code</p>\n"],
  ["- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"],
])("%j", (body, html) => {
  expect(markdownHtml(body)).toBe(html);
});

test("short lines stay lines, wrapped paragraphs flow", () => {
  const paragraph = `${"word ".repeat(14)}\nmore words that follow`;
  expect(markdownHtml(`${paragraph}\n\nThanks,\nSam\n`)).toBe(
    `<p>${"word ".repeat(14).trim()}\nmore words that follow</p>\n<p>Thanks,<br>\nSam</p>\n`,
  );
});

test("the footer's lines stay lines, however long, and are no Markdown", () => {
  expect(markdownHtml(`Hi\n\n--\n*Sam*\n${"long ".repeat(20)}end\n<b>\n`)).toBe(
    `<p>Hi</p>\n<p>--<br>\n*Sam*<br>\n${"long ".repeat(20)}end<br>\n&lt;b&gt;</p>\n`,
  );
});

test("hostile Markdown costs no time", () => {
  for (const piece of ["[", "*a ", "`", "> ", "[x](", "__", "<", "https://"]) {
    expect(typeof markdownHtml(piece.repeat(5_000))).toBe("string");
  }
});
