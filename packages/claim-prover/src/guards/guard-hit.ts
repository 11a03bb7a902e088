/** A suspicion before anybody has released it. */
export interface Suspicion {
  readonly code: string;
  readonly message: string;
  /** `path:line`, or null. */
  readonly where: string | null;
}
