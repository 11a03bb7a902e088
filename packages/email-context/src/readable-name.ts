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

// Mail programs make links of these by themselves.
const hostName =
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|info|biz|io|ai|ru|cn|xyz|top|shop|site|online|example)$/u;

/**
 * A name that claims nothing: one word as code has it, or a few words without a number. Anything else that an agent wrote
 * where a name belongs ("everything, now 80% faster", a link, a tag) is no name: "".
 */
export function nameOnly(name: string, max = 80): string {
  if (/:\/\/|\]\(|www\.|@[\w-]+\.|<\s*\//u.test(plain(name, 200))) return "";
  const bare = readableName(name, max);
  const flat = bare.normalize("NFKC").replace(/…$/u, "");
  if (!/^[\p{L}\p{N}_$.:#<>~/&'@+[\]\s-]*$/u.test(flat) || hostName.test(flat)) return "";
  const isIdentifier = /^[\p{L}_$]\S*$/u.test(flat);
  if (isIdentifier) return /\d.*(?:fast|slow|quick|speed|percent)/iu.test(flat) ? "" : bare;
  const isBoast = /\p{N}/u.test(flat) || /\b(?:fast|slow|quick)er\b/iu.test(flat) || saysNumber(flat);
  return isBoast || flat.split(/\s/u).length > 4 ? "" : bare;
}

/** The name of a file without its ending, since "router.py" is a host's name to mail programs. */
export function fileNameOnly(path: string, max = 80): string {
  const name = nameOnly(path, 200) === "" ? "" : (path.split("/").at(-1) ?? "");
  return nameOnly(name.replace(/(?<=.)\.\w{1,5}$/u, ""), max);
}
