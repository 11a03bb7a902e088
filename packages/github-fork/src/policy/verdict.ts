/** A file that may hold an upstream's rules for contributions. */
export interface PolicyFile {
  /** As a person finds it: `CONTRIBUTING.md`; a file shared by an account's repositories: `.github:CONTRIBUTING.md`. */
  readonly path: string;
  readonly text: string;
}

/**
 * - `refuses`: contributions made by AI, or unsolicited ones like ours, are not wanted: leave the project out
 * - `restricts`: there are conditions, disclosure for example, that a person should read
 * - `welcomes`: contributions made with AI are named and accepted
 * - `silent`: nothing was found
 */
export type PolicyKind = "refuses" | "restricts" | "silent" | "welcomes";

/** Whether the words are about AI, or about contributions of any kind. */
export type PolicyTopic = "ai" | "contributions";

/** The strictest thing that the files say. */
export type PolicyVerdict =
  | {
      readonly kind: "silent";
      readonly topic: null;
      readonly file: null;
      readonly line: null;
      readonly quote: null;
    }
  | {
      readonly kind: Exclude<PolicyKind, "silent">;
      readonly topic: PolicyTopic;
      readonly file: string;
      /** The first is 1. */
      readonly line: number;
      /** The sentence, plain and at most 300 characters. */
      readonly quote: string;
    };
