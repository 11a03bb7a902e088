/** One request, as it was answered. Holds no token and no body. */
export interface Call {
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  /** Path with its query; a token in it is masked. */
  readonly path: string;
  /** Null: the connection was cut, or nothing was answered. */
  readonly status: number | null;
  /** Which token asked, for example `token-1`; null: none. */
  readonly token: string | null;
  /** Which limit it counted against; null for git and the web. */
  readonly resource: "core" | "search" | "graphql" | null;
  /** The fault that was injected; null: none. */
  readonly fault: string | null;
}

/** Something that a well-behaved client never does. */
export interface Violation {
  /**
   * - `inside-cooldown`: a request after a limit's answer and before its end
   * - `token-in-url`: a known token in a path or query
   */
  readonly kind: "inside-cooldown" | "token-in-url";
  readonly method: string;
  readonly path: string;
  readonly token: string | null;
  /** What was done, in words. */
  readonly message: string;
}

/** A request or an answer that differs from GitHub's OpenAPI description. */
export interface Mismatch {
  readonly side: "request" | "answer";
  readonly method: string;
  readonly path: string;
  readonly message: string;
}

/** A workflow that ran, because a push arrived while Actions were on. */
export interface WorkflowRun {
  readonly id: number;
  readonly repo: string;
  readonly workflow: string;
  readonly branch: string;
  readonly sha: string;
  readonly event: "push" | "pull_request";
  readonly at: string;
}

/** A line of the bill, as `/organizations/{org}/settings/billing/usage` gives it. */
export interface UsageItem {
  readonly date: string;
  readonly product: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitType: string;
  readonly pricePerUnit: number;
  readonly grossAmount: number;
  readonly discountAmount: number;
  readonly netAmount: number;
  readonly organizationName: string;
  readonly repositoryName?: string;
}
