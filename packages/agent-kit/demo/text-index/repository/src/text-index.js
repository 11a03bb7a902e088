import { countTerms } from "./frequency.js";
import { intersect } from "./postings.js";
import { rank } from "./rank.js";
import { DocumentStore } from "./store.js";
import { uniqueTerms } from "./terms.js";
import { stem, tokenize } from "./tokenize.js";

/** Documents that can be searched by their words. Ids are numbers; a document is added once. */
export class TextIndex {
  #store = new DocumentStore();
  #entries = new Map();
  #postings = new Map();

  add(document) {
    if (this.#entries.has(document.id)) throw new Error(`document ${document.id} is there already`);
    const entry = { id: document.id, title: terms(document.title), body: terms(document.body) };
    this.#store.put(document);
    this.#entries.set(entry.id, entry);
    for (const term of uniqueTerms([...entry.title, ...entry.body])) {
      const ids = this.#postings.get(term) ?? [];
      ids.push(entry.id);
      this.#postings.set(
        term,
        ids.toSorted((a, b) => a - b),
      );
    }
  }

  /** Documents that hold every word of `query`, best first. */
  search(query) {
    const wanted = uniqueTerms(terms(query));
    if (wanted.length === 0) return [];
    let ids = this.#postings.get(wanted[0]) ?? [];
    for (const term of wanted.slice(1)) ids = intersect(ids, this.#postings.get(term) ?? []);
    const entries = ids.map((id) => this.#entries.get(id));
    return rank(entries, wanted).map(({ id, score }) => ({ document: this.#store.get(id), score }));
  }

  /** The words of one document and how often it holds them. */
  frequencies(id) {
    const entry = this.#entries.get(id);
    return entry === undefined ? [] : countTerms([...entry.title, ...entry.body]);
  }

  get size() {
    return this.#store.size;
  }
}

function terms(text) {
  return tokenize(text).map(stem);
}
