import type { SumblePerson } from "./sumble-data.ts";

const TERM = /^(job_function|job_level|country) (EQ|IN) (?:'([^']*)'|\(((?:'[^']*'(?:, )?)+)\))$/u;

/**
 * The part of Sumble's advanced query language that the server knows: `job_function EQ 'Engineer' AND job_level IN ('VP', 'CTO')`.
 * null: it is no such query.
 */
export function peopleQuery(text: string): ((person: SumblePerson) => boolean) | null {
  const tests = text.split(" AND ").map((term) => {
    const match = TERM.exec(term.trim());
    if (match === null) return null;
    const wanted =
      match[3] === undefined
        ? [...(match[4] ?? "").matchAll(/'([^']*)'/gu)].map((found) => found[1] ?? "")
        : [match[3]];
    const field = { job_function: "jobFunction", job_level: "jobLevel", country: "country" } as const;
    const key = field[match[1] as keyof typeof field];
    return (person: SumblePerson): boolean => wanted.includes(person[key]);
  });
  return tests.some((test) => test === null) ? null : (person) => tests.every((test) => test?.(person));
}
