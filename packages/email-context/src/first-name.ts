import { plain } from "./plain.ts";

const honorifics = new Set(
  "mr mrs ms miss mx dr prof professor sir dame lord lady rev hon ing dipl-ing mag herr frau".split(" "),
);
const suffixes = new Set("jr sr ii iii iv phd md msc bsc mba ma dds esq cpa".split(" "));

/**
 * How a letter addresses somebody: the first word of a name, without titles: "Dr. Ada Lovelace" is Ada, "Lovelace, Ada" too.
 * "there" when there is no name, so that the greeting is "Hi there".
 */
export function firstName(fullName: string): string {
  const [before = "", after = ""] = plain(fullName, 200).split(/,(.*)/s);
  const isListed = after.trim() !== "" && !suffixes.has(bare(after.trim().split(" ")[0] ?? ""));
  const words = `${isListed ? after : before} ${isListed ? before : ""}`
    .split(" ")
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.find((word) => !honorifics.has(bare(word))) ?? "there";
}

function bare(word: string): string {
  return word.toLowerCase().replaceAll(".", "");
}
