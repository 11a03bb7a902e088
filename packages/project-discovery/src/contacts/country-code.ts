/** English names of countries and their ISO 3166 codes. */
let codes: ReadonlyMap<string, string> | null = null;

/** The two capitals of a country that a source names or codes; null: it is no country that is known. */
export function countryCode(country: string | null | undefined): string | null {
  const text = country?.trim() ?? "";
  codes ??= readCodes();
  if (/^[A-Z]{2}$/u.test(text)) return [...codes.values()].includes(text) ? text : null;
  return codes.get(text.toLowerCase()) ?? null;
}

function readCodes(): ReadonlyMap<string, string> {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const found = new Map<string, string>();
  for (const code of letters.flatMap((one) => letters.map((other) => one + other))) {
    // Codes that are no more (DD) stand for their successors, which come by themselves.
    const name = new Intl.Locale(`und-${code}`).region === code ? names.of(code) : undefined;
    if (name !== undefined) found.set(name.toLowerCase(), code);
  }
  return found;
}
