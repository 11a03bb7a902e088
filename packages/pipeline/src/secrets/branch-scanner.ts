import type { SecretScanner } from "./scanner.ts";

/** Files that no branch of ours may bring: automation that would run with somebody's rights, and our own instructions. */
const UNWANTED: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: "a change of CI workflows", pattern: /^\+\+\+ "?b\/\.github\/workflows\/[^\n]{1,200}/gm },
  {
    kind: "our own instructions to the agent",
    pattern:
      /^--- \/dev\/null\n\+\+\+ "?b\/(?:CLAUDE(?:\.local|\.universe)?\.md|\.codeflash\/[^\n]{1,200})/gm,
  },
];

/** The scanner for patches: secrets as everywhere, and files that must not be pushed. */
export function branchScanner(scanner: SecretScanner): SecretScanner {
  return {
    overlap: scanner.overlap,
    mask(bytes, where) {
      const text = bytes.toString("latin1");
      const unwanted = UNWANTED.flatMap(({ kind, pattern }) => {
        const count = [...text.matchAll(pattern)].length;
        return count === 0 ? [] : [{ where, kind, count }];
      });
      return [...scanner.mask(bytes, where), ...unwanted];
    },
  };
}
