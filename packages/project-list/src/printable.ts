const LONGEST = 80;

/** A value as one short line that is safe on a terminal: control and formatting characters are spelled out. */
export function printable(value: unknown): string {
  const json =
    typeof value === "object" && value !== null
      ? Array.isArray(value)
        ? "a list"
        : "an object"
      : JSON.stringify(value);
  return spellOut(json ?? String(value));
}

/** The same for a key or a field's name. */
export function spellOut(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
