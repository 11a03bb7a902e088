/** A secret, what looks like one, or a file that must not be pushed, in what came from a machine. Holds nothing of its value. */
export interface SecretFinding {
  /** File of the results, or `branch`. */
  readonly where: string;
  /** `known`: a value that this campaign holds. Otherwise the kind that it looks like. */
  readonly kind: string;
  readonly count: number;
}

/** Findings of two looks: the same kind at the same place is one, with the greater count. */
export function addFindings(
  first: readonly SecretFinding[],
  second: readonly SecretFinding[],
): readonly SecretFinding[] {
  const merged = new Map<string, SecretFinding>();
  for (const finding of [...first, ...second]) {
    const key = `${finding.where}\0${finding.kind}`;
    merged.set(key, { ...finding, count: Math.max(finding.count, merged.get(key)?.count ?? 0) });
  }
  return [...merged.values()];
}

/** Words for a person. */
export function describeFindings(findings: readonly SecretFinding[]): string {
  return findings
    .map(({ where, kind, count }) => {
      const what = kind === "known" ? "a secret of this campaign" : kind;
      return `${where}: ${what}${count > 1 ? ` (${count} times)` : ""}`;
    })
    .join("; ");
}
