import { expect, test } from "vitest";
import { PieceReader } from "./piece-reader.ts";

function reader(...pieces: string[]): PieceReader {
  const left = pieces.map((piece) => Buffer.from(piece));
  return new PieceReader({ read: async () => left.shift() ?? null });
}

async function all(pieces: AsyncIterable<Buffer>): Promise<string> {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found).toString();
}

test("reads lines, bytes and the rest, wherever the pieces are cut", async () => {
  const text = "first\n\n12345last\nrest\nof it";
  for (let size = 1; size <= text.length; size++) {
    const pieces: string[] = [];
    for (let start = 0; start < text.length; start += size) pieces.push(text.slice(start, start + size));
    const input = reader(...pieces);
    expect(await input.line()).toBe("first");
    expect(await input.line()).toBe("");
    expect(await all(input.bytes(5))).toBe("12345");
    expect(await input.line()).toBe("last");
    expect(await all(input.rest())).toBe("rest\nof it");
    expect(await input.line()).toBe(null);
  }
});

test("an end before the line's is no line, nor is what is too long for one", async () => {
  expect(await reader("half").line()).toBe(null);
  expect(await all(reader("half").bytes(10))).toBe("half");
  expect(await reader("x".repeat(70_000), "y\n").line()).toBe(null);
});
