import { plain } from "./plain.ts";

/** A function's name as a sentence can hold it: "`parseClassFile()`" is parseClassFile, "Router.match(self, path)" is Router.match. */
export function readableName(name: string, max = 48): string {
  const bare = plain(name, 200)
    .replace(/[`*"]/g, "")
    .replace(/\([^()]*\)/g, "")
    .replace(/[\s.,;:!?(\-–—]+$/u, "")
    .trim();
  return /[\p{L}\p{N}]/u.test(bare) ? plain(bare, max) : "";
}
