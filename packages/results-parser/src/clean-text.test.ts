import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanBlock, cleanLine, hasUnsafeCharacters } from "./clean-text.ts";

const ESC = "\u001b";

describe("cleanLine", () => {
  it.each([
    ["plain", "plain"],
    [`${ESC}[1;31mred${ESC}[0m`, "red"],
    [`${ESC}]0;title\u0007text`, "text"],
    [`${ESC}]8;;https://example.com${ESC}\\link${ESC}]8;;${ESC}\\`, "link"],
    ["\u009b31mred", "red"],
    ["a\r\nBcc: b@example.com", "a Bcc: b@example.com"],
    ["a\u2028b\tc", "a b c"],
    ["safe\u202eexe.txt\u2066", "safeexe.txt"],
    ["ze\u200bro\ufeff", "zero"],
    ["nul\u0000\u0007\u007f\u0085", "nul"],
    ["lone \ud800 surrogate", "lone \ufffd surrogate"],
    ["👩‍🚀 stays", "👩‍🚀 stays"],
  ])("cleans %j", (text, clean) => {
    expect(cleanLine(text, 100)).toBe(clean);
  });

  it("cuts with an ellipsis and tears no pair apart", () => {
    expect(cleanLine("abcdef", 4)).toBe("abc…");
    expect(cleanLine("ab😀cd", 4)).toBe("ab…");
  });

  it("takes linear time on hostile text", () => {
    const started = performance.now();
    for (const piece of [`${ESC}]`, `${ESC}[`, `${ESC}[;`, `${ESC}P;`, "\u009d"]) {
      cleanBlock(piece.repeat(200_000), 300_000);
      cleanBlock(piece + ";0".repeat(400_000), 900_000);
    }
    // Quadratic time would be minutes.
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it("leaves nothing that acts on a terminal or a header", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(ESC, "[", "]", "\u0007", "\r", "\n", "\u202e", "\\"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 50 }), (pieces, max) => {
        const clean = cleanLine(pieces.join(""), max);
        expect(clean.length).toBeLessThanOrEqual(max);
        expect(clean).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        expect(hasUnsafeCharacters(clean)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe("cleanBlock", () => {
  it("keeps lines and tabs", () => {
    expect(cleanBlock("a\r\n\tb\rc\u001b[2J", 100)).toBe("a\n\tb\nc");
  });
});
