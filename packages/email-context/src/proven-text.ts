import { plain } from "./plain.ts";

const numberWords =
  "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|hundred|thousand|several|many|multi";

// What a number is not: a complexity, an index, a version, or part of a name (base64, utf-8, HTTP/2, Python 3.12).
const harmless =
  /\bO\([^()]{0,40}(?:\([^()]{0,20}\)[^()]{0,20})?\)|\[\d+\]|\b(?:utf|iso|rfc|sha|crc|ipv|base|int|uint|float)[ -]?\d+\b|\bHTTPS?\/\d(?:\.\d)?|\b(?:python|java|jdk|node|node\.js|es|c\+\+|pep)[ -]?\d+(?:\.\d+)*\b|\b[\p{L}_]+_?\d+(?=[\p{L}_]*\b)/giu;

const figureInWords = new RegExp(
  [
    String.raw`\b(?:${numberWords})[ -]?(?:x|times|fold|percent|per ?cent)\b`,
    String.raw`\b(?:twice|thrice|tenfold|manifold|orders? of magnitude)\b`,
    String.raw`\b(?:by|in) (?:a )?(?:half|third|quarter)\b|\bhalf (?:the|as|of)\b|\bhalv(?:e|es|ed|ing)\b`,
    String.raw`\b(?:doubl|tripl|quadrupl)(?:e[sd]|ing)\b|\b(?:double|triple) the\b`,
    String.raw`\btimes (?:faster|quicker|less|more|fewer|smaller)\b`,
  ].join("|"),
  "iu",
);

// Addresses and links are not the agent's to put into somebody's mail.
const link = /[a-z][a-z0-9+.-]*:\/\/|\bwww\.|\]\s*\(|\bmailto:|[\w.+-]@[\w-]+\.\w/iu;

// What is one even as part of a name: "x5 faster", "f5x faster".
const figure = /\p{N}\s*(?:x(?!\w)|%|times\b|-?fold\b|per ?cent\b)|(?<!\w)x\s?\p{N}/iu;

/** Whether a text says a number, in digits or words: a figure that nobody has proven. */
export function saysNumber(text: string): boolean {
  const whole = text.normalize("NFKC").replaceAll("×", "x");
  if (figure.test(whole)) return true;
  const flat = whole.replace(harmless, " ");
  return /\p{N}/u.test(flat) || figureInWords.test(flat);
}

/**
 * An agent's words without what only a proof may say. Sentences end where the first number or link begins: at the
 * comma, semicolon, dash or bracket before it; a sentence that begins with one is left out. "" when nothing is left.
 *
 *     provenText("replaced regex with string split, 5x faster. Saves 80% memory.") // "replaced regex with string split"
 */
export function provenText(words: string, max = 500): string {
  const sentences = plain(words, 4 * max)
    .replace(/!?\[[^[\]]*\]\s*\([^()]*\)/gu, "www.") // a link, whole
    .replace(/\s[([{][^()[\]{}]*[)\]}]/gu, (bracket) => (isUnfit(bracket) ? "" : bracket))
    .split(/(?<=[.!?])\s+(?=\S)/u);
  const kept = sentences.map(fitPart).filter((part) => part !== "");
  const text = plain(kept.join(" "), max);
  return /\p{L}/u.test(text) ? text : "";
}

function isUnfit(text: string): boolean {
  return saysNumber(text) || link.test(text) || /(?<!\w)<\/?[a-z!]/iu.test(text);
}

function fitPart(sentence: string): string {
  if (!isUnfit(sentence)) return sentence;
  const parts = sentence.split(/([,;:]\s+|\s+[-–—]+\s+|\s*[([{])/u);
  let kept = "";
  for (let at = 0; at < parts.length; at += 2) {
    const next = kept + (at === 0 ? "" : (parts[at - 1] ?? "")) + (parts[at] ?? "");
    if (isUnfit(next)) break;
    kept = next;
  }
  const trimmed = kept.replace(/[\s,;:([{–—-]+$/u, "");
  // One word before a comma ("Faster, 5x") is no sentence.
  return /\p{L}.*\s\p{L}/u.test(trimmed) ? trimmed : "";
}
