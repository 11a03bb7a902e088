import { expect, test } from "vitest";

import { LineBuffer } from "./line-buffer.ts";

test("the lines do not depend on where the chunks are cut", () => {
  const bytes = Buffer.from("a\n\nzwölf €\r\nlast", "utf8");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const lines: string[] = [];
    const buffer = new LineBuffer((line) => lines.push(line));
    buffer.add(bytes.subarray(0, cut));
    buffer.add(bytes.subarray(cut));
    buffer.end();
    expect(lines).toEqual(["a", "", "zwölf €", "last"]);
    expect(buffer.text).toBe(bytes.toString("utf8"));
  }
});
