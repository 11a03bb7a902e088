import { draftHash } from "../draft-hash.ts";
import { draftObstacles } from "./draft-obstacles.ts";
import type { Approval, OutreachFacts } from "./facts.ts";
import { type Obstacle, type Permission, permission } from "./obstacle.ts";
import { recipientObstacles } from "./recipient-obstacles.ts";

/**
 * Everything that stands against approving a mail, person first. The same question is asked when a draft is made, approved,
 * exported and pushed, since any of it may change in between.
 */
export function approvalObstacles(facts: OutreachFacts): readonly Obstacle[] {
  return [...recipientObstacles(facts), ...draftObstacles(facts)];
}

/** Whether a person may approve this mail now. */
export function mayApprove(facts: OutreachFacts): Permission {
  return permission(approvalObstacles(facts));
}

/**
 * Whether an approved mail may be laid where a person sends it from (.eml, mailbox, Apollo). The approval must be for exactly
 * this recipient, subject and body, and everything that stood against approving is asked again.
 *
 * @param approval null: there is none
 */
export function mayDeliver(facts: OutreachFacts, approval: Approval | null): Permission {
  const { recipient, subject, body } = facts.draft;
  const obstacles = [...approvalObstacles(facts)];
  if (approval === null) {
    obstacles.push({
      code: "not_approved",
      sentence: "Nobody has approved this mail.",
      act: `Read it, then run 'uo approve ${facts.projectId}'.`,
    });
  } else if (approval.sha256 !== draftHash({ recipient: recipient ?? "", subject, body })) {
    obstacles.push({
      code: "changed_since_approval",
      sentence: "Recipient, subject or body changed after the approval, which is void.",
      act: `Read it again, then run 'uo approve ${facts.projectId}'.`,
    });
  }
  return permission(obstacles);
}
