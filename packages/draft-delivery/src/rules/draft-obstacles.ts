import { footerText, hasFooter, isReplySubject } from "@universe-optimize/email-renderer";
import type { OutreachFacts } from "./facts.ts";
import { unprovenFigures } from "./figures.ts";
import type { Obstacle } from "./obstacle.ts";

/** Why this text may not go out. */
export function draftObstacles(facts: OutreachFacts): Obstacle[] {
  const { draft, sender, proof, expiry } = facts;
  const obstacles: Obstacle[] = [];
  const add = (code: Obstacle["code"], sentence: string, act: string): void => {
    obstacles.push({ code, sentence, act });
  };
  if (footerText(sender) === null) {
    const missing = (["name", "postalAddress", "optOut"] as const).filter(
      (key) => (sender[key] ?? "").trim() === "",
    );
    add(
      "sender_incomplete",
      `The footer needs ${missing.map((key) => `outreach.sender.${key}`).join(", ")}.`,
      "Set it in universe.config.json and render again.",
    );
  } else if (!hasFooter(draft.body, sender)) {
    add(
      "footer_missing",
      "The mail does not end with the footer (sender, postal address, opt-out).",
      "Put it back, or render again.",
    );
  }
  if (proof.basis === "unproven")
    add(
      "unproven",
      "The numbers are the agent's word; nothing was measured again.",
      "Prove the claims, then render again.",
    );
  else if (!proof.gate.pass)
    add(
      "gate",
      `The gate was not passed: ${proof.gate.reasons.join(" ")}`,
      "Do not write to this person about it.",
    );
  const added = facts.knownFigures
    ? unprovenFigures(`${draft.subject}\n${draft.body}`, facts.knownFigures)
    : [];
  if (added.length > 0)
    add(
      "unproven_figure",
      `The mail says ${added.slice(0, 5).join(", ")}, which neither the proof nor the template does.`,
      "Take it out, or write what was measured.",
    );
  if (expiry.expired) add("expired", expiry.reason, "Render again.");
  if (draft.conflict)
    add(
      "conflict",
      "A newer text lies beside this edited draft (.new.md).",
      "Take from it what you want and remove it, or render with --replace.",
    );
  const left = /\{\{.*?\}\}|\{%.*?%\}|\{\s*[a-z]+(?:_[a-z]+)+\s*\}?|\[(?:first|company)[ _]name\]/is.exec(
    `${draft.subject}\n${draft.body}`.slice(0, 300_000),
  );
  if (left !== null)
    add(
      "placeholder_left",
      `The mail still says ${JSON.stringify(left[0].slice(0, 60))}.`,
      "Correct the template, or the draft.",
    );
  if (facts.inReplyTo === null && isReplySubject(draft.subject))
    add(
      "reply_to_nothing",
      "The subject says 'Re:', but no sent mail is recorded that it answers.",
      "Record the first mail with uo mark-sent --message-id, or remove the 'Re:'.",
    );
  if (facts.heldBack) add("held_back", facts.heldBack, "Look at it, and release it if it is no secret.");
  return obstacles;
}
