/** A copy of `document` that shares nothing with it. Its fields are strings and numbers, and `tags` is a list of strings. */
export function copyDocument(document) {
  return JSON.parse(JSON.stringify(document));
}

/** Documents by id. What goes in and what comes out are copies, so a caller cannot change what is stored. */
export class DocumentStore {
  #documents = new Map();

  put({ id, title, body, tags = [] }) {
    this.#documents.set(id, copyDocument({ id, title, body, tags }));
  }

  get(id) {
    const document = this.#documents.get(id);
    return document === undefined ? undefined : copyDocument(document);
  }

  get size() {
    return this.#documents.size;
  }
}
