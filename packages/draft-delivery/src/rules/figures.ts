// A number that claims something: a factor, a share, a time or a size.
const figure =
  /(?<![\w.,/-])(\d[\d.,]*)\s*(?:-\s*)?(x(?!\w)|times\b|fold\b|%|percent\b|per cent\b|ms\b|[kmgt]i?b\b)/giu;

const units: Readonly<Record<string, string>> = { times: "x", fold: "x", percent: "%", "per cent": "%" };

/**
 * The figures of a text, each in one spelling and once: "5 times faster, 50 % less, 12 MiB" are 5x, 50% and 12mib. Dates, counts
 * and prices are none.
 */
export function figuresOf(text: string): string[] {
  const flat = text.normalize("NFKC").toLowerCase().replaceAll("×", "x");
  const found = [...flat.matchAll(figure)].map((match) => {
    const number = (match[1] ?? "").replace(/[.,]+$/, "");
    const unit = match[2] ?? "";
    return `${number}${units[unit] ?? unit}`;
  });
  return [...new Set(found)];
}

/** Figures of a mail that neither the proven context nor the template has: somebody wrote them by hand. */
export function unprovenFigures(text: string, known: readonly string[]): string[] {
  const allowed = new Set(known);
  return figuresOf(text).filter((one) => !allowed.has(one));
}
