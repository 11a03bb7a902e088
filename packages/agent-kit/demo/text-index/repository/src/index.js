export { countTerms } from "./frequency.js";
export { highlight } from "./highlight.js";
export { intersect } from "./postings.js";
export { rank } from "./rank.js";
export { copyDocument, DocumentStore } from "./store.js";
export { stem, tokenize } from "./tokenize.js";
export { uniqueTerms } from "./terms.js";
export { TextIndex } from "./text-index.js";
