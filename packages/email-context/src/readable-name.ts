import { plain } from "./plain.ts";
import { saysNumber } from "./proven-text.ts";

/** A function's name as a sentence can hold it: "`parseClassFile()`" is parseClassFile, "Router.match(self, path)" is Router.match. */
export function readableName(name: string, max = 48): string {
  const bare = plain(name, 200)
    .replace(/[`*"]/g, "")
    .replace(/\([^()]*\)/g, "")
    .replace(/[\s.,;:!?(\-–—]+$/u, "")
    .trim();
  return /[\p{L}\p{N}]/u.test(bare) ? plain(bare, max) : "";
}

/**
 * A name that claims nothing: one word as code has it, or a few words without a number. Anything else that an agent wrote
 * where a name belongs ("everything, now 80% faster", a link) is no name: "".
 */
export function nameOnly(name: string, max = 80): string {
  const bare = readableName(name, max);
  if (/:\/\/|\]\(|www\.|@[\w-]+\./u.test(plain(name, 200))) return "";
  const flat = bare.normalize("NFKC");
  const isIdentifier = /^[\p{L}_$][\p{L}\p{N}_$.:#<>~/&[\]-]*$/u.test(flat);
  if (isIdentifier) return /\d.*(?:fast|slow|quick|speed|percent)/iu.test(flat) ? "" : bare;
  return saysNumber(flat) || flat.split(" ").length > 4 ? "" : bare;
}
