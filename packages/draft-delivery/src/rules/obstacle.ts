/** Why a mail may not be approved or delivered. */
export type ObstacleCode =
  | "no_recipient"
  | "invalid_recipient"
  | "contact_refused"
  | "suppressed"
  | "other_campaign"
  | "country_unknown"
  | "country_denied"
  | "sender_incomplete"
  | "footer_missing"
  | "unproven"
  | "unproven_figure"
  | "gate"
  | "expired"
  | "conflict"
  | "placeholder_left"
  | "reply_to_nothing"
  | "held_back"
  | "not_approved"
  | "changed_since_approval";

/** One reason, in a sentence, and what would remove it. */
export interface Obstacle {
  readonly code: ObstacleCode;
  readonly sentence: string;
  readonly act: string;
}

/** `obstacles` is empty exactly when `allowed`. */
export interface Permission {
  readonly allowed: boolean;
  readonly obstacles: readonly Obstacle[];
}

export function permission(obstacles: readonly Obstacle[]): Permission {
  return { allowed: obstacles.length === 0, obstacles };
}
