import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeJsonEdits } from "./merge-json-edits.ts";

test("a person's values survive, everything else is new", () => {
  const base = { name: "Ada", count: 1, gone: "x", kept: 1, removed: 1 };
  const edited = { name: "Ada Lovelace", count: 1, gone: "x", kept: 2, note: "mine" };
  const next = { name: "Ada L.", count: 2, kept: 1, removed: 3, fresh: true };
  expect(mergeJsonEdits(base, edited, next)).toEqual({
    merged: { name: "Ada Lovelace", count: 2, kept: 2, removed: 3, fresh: true, note: "mine" },
    edited: ["name", "kept", "note"],
  });
});

test("without a base every difference is the person's", () => {
  expect(mergeJsonEdits(null, { a: 1, b: 2 }, { a: 1, b: 3, c: 4 })).toEqual({
    merged: { a: 1, b: 2, c: 4 },
    edited: ["b"],
  });
});

test("objects are merged inside, lists as one value", () => {
  const base = { to: { name: "A", title: "x" }, list: [1, 2] };
  const edited = { to: { name: "B", title: "x" }, list: [1, 2, 3] };
  const next = { to: { name: "C", title: "y" }, list: [9] };
  expect(mergeJsonEdits(base, edited, next)).toEqual({
    merged: { to: { name: "B", title: "y" }, list: [1, 2, 3] },
    edited: ["to.name", "list"],
  });
});

test("a key named __proto__ is a key", () => {
  const edited = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
  const { merged } = mergeJsonEdits({}, edited, { a: 1 });
  expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"polluted":true}}');
  expect("polluted" in {}).toBe(false);
});

const object = fc.dictionary(
  fc.constantFrom("a", "b", "c", "d"),
  fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constant(null), fc.constant([1])),
);

test("laws: no edits give next; no news give the edits; no key of next is missing", () => {
  fc.assert(
    fc.property(object, object, object, (base, edited, next) => {
      expect(mergeJsonEdits(base, base, next)).toEqual({ merged: next, edited: [] });
      expect(mergeJsonEdits(base, edited, base).merged).toEqual({ ...base, ...edited });
      const { merged } = mergeJsonEdits(base, edited, next);
      expect(Object.keys(merged)).toEqual(expect.arrayContaining(Object.keys(next)));
      // Merging again with the same news changes nothing.
      expect(mergeJsonEdits(next, merged, next).merged).toEqual(merged);
    }),
  );
});
