import assert from "node:assert/strict";
import { test } from "node:test";
import {
  copyDocument,
  countTerms,
  DocumentStore,
  highlight,
  intersect,
  rank,
  stem,
  TextIndex,
  tokenize,
  uniqueTerms,
} from "../src/index.js";

test("tokenize splits at what is neither letter nor digit", () => {
  assert.deepEqual(tokenize("Fast trains, slow ferries: 42!"), [
    "fast",
    "trains",
    "slow",
    "ferries",
    "42",
  ]);
  assert.deepEqual(tokenize("Größe naïve"), ["größe", "naïve"]);
  assert.deepEqual(tokenize(" -- "), []);
});

test("stem takes the longest ending off and keeps short words", () => {
  assert.equal(stem("running"), "runn");
  assert.equal(stem("repeatedly"), "repeat");
  assert.equal(stem("boxes"), "box");
  assert.equal(stem("bus"), "bus");
  assert.equal(stem("ring"), "ring");
});

test("uniqueTerms keeps the first of each", () => {
  assert.deepEqual(uniqueTerms(["b", "a", "b", "c", "a"]), ["b", "a", "c"]);
  assert.deepEqual(uniqueTerms([]), []);
});

test("countTerms counts in order of first appearance", () => {
  assert.deepEqual(countTerms(["b", "a", "b"]), [
    { term: "b", count: 2 },
    { term: "a", count: 1 },
  ]);
  assert.deepEqual(countTerms(["constructor"]), [{ term: "constructor", count: 1 }]);
});

test("intersect finds what both lists hold", () => {
  assert.deepEqual(intersect([1, 3, 5, 9], [3, 4, 9, 12]), [3, 9]);
  assert.deepEqual(intersect([], [1]), []);
  assert.deepEqual(intersect([10, 100], [9, 10]), [10]);
});

test("rank puts the best first and equal ones in order of id", () => {
  const entries = [
    { id: 3, title: ["a"], body: [] },
    { id: 1, title: [], body: ["a", "a"] },
    { id: 2, title: ["a"], body: ["a"] },
    { id: 4, title: [], body: [] },
  ];
  assert.deepEqual(rank(entries, ["a"]), [
    { id: 2, score: 3 },
    { id: 1, score: 2 },
    { id: 3, score: 2 },
    { id: 4, score: 0 },
  ]);
  assert.equal(entries[0].id, 3);
});

test("highlight marks whole words only", () => {
  assert.equal(highlight("The train, trained", ["train"]), "The <b>train</b>, trained");
  assert.equal(highlight("A train", ["TRAIN"], "[", "]"), "A [train]");
  assert.equal(highlight("", ["train"]), "");
});

test("copyDocument shares nothing with the original", () => {
  const original = { id: 1, title: "t", body: "b", tags: ["x"] };
  const copy = copyDocument(original);
  copy.tags.push("y");
  assert.deepEqual(original.tags, ["x"]);
  assert.deepEqual(copy, { id: 1, title: "t", body: "b", tags: ["x", "y"] });
});

test("DocumentStore gives copies", () => {
  const store = new DocumentStore();
  store.put({ id: 1, title: "t", body: "b", tags: ["x"] });
  store.get(1).tags.push("y");
  assert.deepEqual(store.get(1).tags, ["x"]);
  assert.equal(store.get(2), undefined);
  assert.equal(store.size, 1);
});

test("TextIndex finds documents that hold every word", () => {
  const index = new TextIndex();
  index.add({ id: 1, title: "Trains", body: "Trains run on rails.", tags: [] });
  index.add({ id: 2, title: "Ferries", body: "Ferries carry trains.", tags: ["sea"] });
  assert.deepEqual(
    index.search("train").map((hit) => [hit.document.id, hit.score]),
    [
      [1, 3],
      [2, 1],
    ],
  );
  assert.deepEqual(
    index.search("trains ferries").map((hit) => hit.document.id),
    [2],
  );
  assert.deepEqual(index.search("planes"), []);
  assert.deepEqual(index.search(""), []);
  assert.deepEqual(index.frequencies(1)[0], { term: "train", count: 2 });
  assert.throws(() => index.add({ id: 1, title: "", body: "", tags: [] }), /there already/);
  assert.equal(index.size, 2);
});
