export { countLabels, describeCounts, type LabelCounts } from "./proof-words.ts";
export { proveRepository, type RepositoryProof } from "./prove-repository.ts";
export { readProof } from "./read-proof.ts";
