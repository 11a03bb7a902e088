/** What a notification is about. The list is part of the webhook's contract: names are added, never changed. */
type NoticeKind =
  | "run.failed"
  | "run.blocked"
  | "wave.judged"
  | "canary.passed"
  | "paused"
  | "resumed"
  | "budget.reached"
  | "campaign.drained"
  | "sweep.failed"
  | "alarm.raised"
  | "alarm.cleared";

type Severity = "info" | "warning" | "error";

/** Something that a person should hear of. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly severity: Severity;
  /** One sentence for a person, with what to do where there is something. */
  readonly message: string;
  readonly projectId?: string;
  readonly runId?: string;
  /** Facts by name. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The JSON body of a notification. `text` alone is what Slack shows. */
export interface NoticeBody {
  readonly text: string;
  readonly version: 1;
  readonly event: NoticeKind;
  readonly severity: Severity;
  readonly campaign: string;
  /** ISO 8601 */
  readonly at: string;
  readonly project: string | null;
  readonly run: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Slack reads `&`, `<` and `>` as markup: a name of somebody's repository must not become a link or a call to everybody. */
export function noticeBody(campaign: string, notice: Notice, at: Date): NoticeBody {
  const where = notice.projectId === undefined ? "" : ` ${notice.projectId}`;
  const words = `[${campaign}]${where} ${notice.message}`.slice(0, 3000);
  return {
    text: words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    version: 1,
    event: notice.kind,
    severity: notice.severity,
    campaign,
    at: at.toISOString(),
    project: notice.projectId ?? null,
    run: notice.runId ?? null,
    data: notice.data ?? {},
  };
}
