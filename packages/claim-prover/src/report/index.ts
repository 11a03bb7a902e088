import type { Proof } from "../proof.ts";

/** The proof as one self-contained HTML page. */
export function reportHtml(proof: Proof): string {
  return `<!doctype html><title>Proof</title><pre>${JSON.stringify(proof, null, 1).replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</pre>`;
}
