import { plainAddress } from "@universe-optimize/email-renderer";
import type { OutreachFacts } from "./facts.ts";
import type { Obstacle } from "./obstacle.ts";
import { recipientKey } from "./recipient-key.ts";
import { suppressionOf } from "./suppression.ts";

/** Why this person may not be written to. */
export function recipientObstacles(facts: OutreachFacts): Obstacle[] {
  const { recipient } = facts.draft;
  const origin: Obstacle[] =
    facts.contactRefusal === null
      ? []
      : [
          {
            code: "contact_refused",
            sentence: facts.contactRefusal.reason,
            act: "Find the person in another way, and name that source.",
          },
        ];
  if (recipient === null || recipient.trim() === "") {
    const sentence = "The contact has no address.";
    return [
      ...origin,
      { code: "no_recipient", sentence, act: "Write target_contact.email into projects.json." },
    ];
  }
  return [
    ...origin,
    ...addressObstacles(recipient),
    ...suppressionObstacles(recipient, facts),
    ...campaignObstacles(recipient, facts),
    ...countryObstacles(facts),
  ];
}

function addressObstacles(recipient: string): Obstacle[] {
  try {
    plainAddress(recipient, "draft");
    return [];
  } catch {
    return [
      {
        code: "invalid_recipient",
        sentence: `${JSON.stringify(recipient.slice(0, 80))} is not one plain address.`,
        act: "Correct target_contact.email in projects.json; it looks like ada@example.com.",
      },
    ];
  }
}

function suppressionObstacles(recipient: string, facts: OutreachFacts): Obstacle[] {
  const suppression = suppressionOf(recipient, facts.suppressions);
  if (suppression === null) return [];
  const whom = suppression.target.startsWith("@") ? "Everybody at that domain" : "This person";
  return [
    {
      code: "suppressed",
      sentence:
        `${whom} is not to be written to since ${suppression.requested_at.slice(0, 10)}: ${suppression.reason.slice(0, 200)}.`.replace(
          /\.\.$/,
          ".",
        ),
      act: "Nothing removes this but the person's own wish.",
    },
  ];
}

function campaignObstacles(recipient: string, facts: OutreachFacts): Obstacle[] {
  const key = recipientKey(recipient);
  const other = facts.otherMails.find(
    (mail) =>
      recipientKey(mail.recipient) === key &&
      (mail.campaign !== facts.campaign || mail.projectId !== facts.projectId),
  );
  if (other === undefined) return [];
  const where =
    other.campaign === facts.campaign
      ? `about ${other.projectId} in this campaign`
      : `in the campaign ${other.campaign} (${other.projectId})`;
  return [
    {
      code: "other_campaign",
      sentence: `The same person is written to ${where}; one campaign a person.`,
      act: "Choose another contact for this project, or leave it.",
    },
  ];
}

function countryObstacles({ country, countryPolicy }: OutreachFacts): Obstacle[] {
  const { allowedCountries, override } = countryPolicy;
  if (override !== null && override.reason.trim() !== "" && override.by.trim() !== "") return [];
  const act =
    "Look up that country's rules; then add it to outreach.allowedCountries, or allow this person with a reason.";
  const code = country?.trim().toUpperCase() ?? "";
  if (!/^[A-Z]{2}$/.test(code)) {
    const sentence = "Nobody knows in which country this person is, and what is not allowed is denied.";
    return [{ code: "country_unknown", sentence, act: `Set the contact's country. ${act}` }];
  }
  if (allowedCountries.some((allowed) => allowed.trim().toUpperCase() === code)) return [];
  return [
    { code: "country_denied", sentence: `People in ${code} are not in outreach.allowedCountries.`, act },
  ];
}
