import { expect, test } from "vitest";

import { splitNul } from "./split-nul.ts";

async function split(chunks: readonly Buffer[], maxBytes = 100): Promise<string[]> {
  const stream = (async function* () {
    yield* chunks;
  })();
  const fields: string[] = [];
  for await (const field of splitNul(stream, maxBytes)) fields.push(field);
  return fields;
}

test("the fields do not depend on where the chunks are cut", async () => {
  const bytes = Buffer.from("\0eins\0\0zwölf\0€", "utf8");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const fields = await split([bytes.subarray(0, cut), bytes.subarray(cut)]);
    expect(fields).toEqual(["", "eins", "", "zwölf", "€"]);
  }
});

test("a field that is too long is cut, the next is whole", async () => {
  expect(await split([Buffer.from("12345"), Buffer.from("678\0abc\0")], 6)).toEqual(["123456", "abc"]);
});

test("bytes that are no text are replaced", async () => {
  expect(await split([Buffer.from([0x61, 0xff, 0x62, 0])])).toEqual(["a\ufffdb"]);
});
