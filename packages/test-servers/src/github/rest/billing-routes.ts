import { orgRefusal } from "../auth/access.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import type { Route } from "../http/router.ts";

export const billingRoutes: readonly Route[] = [
  { method: "GET", template: "/organizations/{org}/settings/billing/usage", handler: usage },
  { method: "GET", template: "/orgs/{org}/settings/billing/actions", handler: moved },
];

/** The bill of a year, a month or a day; without any of them the current year's. */
function usage(ask: Ask): Answer {
  const org = ask.world.account(ask.params["org"] ?? "");
  if (org?.type !== "Organization") throw new Refused(404, "Not Found");
  if (ask.actor.kind === "user" && ask.actor.scopes === null)
    throw new Refused(403, "Resource not accessible by personal access token");
  const refused = orgRefusal(
    ask.world,
    ask.actor,
    org.login,
    "admin:org",
    "organization_administration",
    "read",
  );
  if (refused) throw new Refused(403, "You must be an admin or billing manager of the organization.");
  const number = (name: string): number | null => (ask.query.has(name) ? Number(ask.query.get(name)) : null);
  const [month, day] = [number("month"), number("day")];
  const now = new Date(ask.world.nowMs());
  const year = number("year") ?? now.getUTCFullYear();
  const items = (ask.world.usage.get(org.login) ?? []).filter(({ date }) => {
    const at = new Date(date);
    return (
      at.getUTCFullYear() === year &&
      (month === null || at.getUTCMonth() + 1 === month) &&
      (day === null || at.getUTCDate() === day)
    );
  });
  return { status: 200, body: { usageItems: items } };
}

function moved(): Answer {
  throw new Refused(
    410,
    "This endpoint has been moved. Please use /organizations/{org}/settings/billing/usage instead.",
  );
}
