export { draftHash, type HashedDraft } from "./draft-hash.ts";
export { DeliveryError, type DeliveryErrorCode, type DeliveryErrorFacts } from "./errors.ts";
export { exportEml } from "./export-eml.ts";
export type { Approval, OutreachFacts } from "./rules/facts.ts";
export { figuresOf, unprovenFigures } from "./rules/figures.ts";
export type { Obstacle, ObstacleCode, Permission } from "./rules/obstacle.ts";
export { approvalObstacles, mayApprove, mayDeliver } from "./rules/permissions.ts";
export { recipientDomain, recipientKey } from "./rules/recipient-key.ts";
export { type Suppression, suppressionOf } from "./rules/suppression.ts";
