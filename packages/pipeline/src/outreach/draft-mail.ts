import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  mayApprove,
  mayDeliver,
  type OutreachFacts,
  type Permission,
} from "@universe-optimize/draft-delivery";
import { draftHash } from "@universe-optimize/draft-delivery";
import { draftExpiry } from "@universe-optimize/email-context";
import { parseEmailText, type RenderedEmail, threadedEmail } from "@universe-optimize/email-renderer";
import { type Project, refuseContact } from "@universe-optimize/project-list";
import type { ApprovalRow, DeliveryRow, DraftRow, RunRow } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import { readFacts } from "../run/facts.ts";
import { secretsReleased } from "../run/release-secrets.ts";
import { describeFindings } from "../secrets/finding.ts";
import type { Services } from "../services.ts";
import { knownFigures } from "./known-figures.ts";
import { type UpstreamState, upstreamState } from "./upstream-state.ts";

/** What outreach needs of a campaign: no machine, no agent. */
export type OutreachServices = Pick<Services, "config" | "paths" | "store" | "clock">;

/** One draft of a project as it would go out now, and what stands against that. */
export interface DraftMail {
  /** 1 for the first mail, 2 and so on for follow-ups. */
  readonly number: number;
  readonly row: DraftRow;
  /** Absolute path of the draft. */
  readonly file: string;
  readonly recipient: string | null;
  /** As it goes out: 'Re:' only where it answers a mail. */
  readonly email: RenderedEmail;
  readonly sha256: string;
  /** Message-ID of the mail that it answers; null: none is recorded. */
  readonly inReplyTo: string | null;
  readonly approval: ApprovalRow | null;
  readonly deliveries: readonly DeliveryRow[];
  /** Whether a person may approve it now. */
  readonly mayApprove: Permission;
  /** Whether it may be laid where a person sends it from. */
  readonly mayDeliver: Permission;
}

/**
 * A project's drafts with everything that is asked when they are listed, approved, exported and pushed: always the same questions, because
 * any answer may change in between.
 *
 * @throws PipelineError `not_now` when there are none
 */
export async function draftMails(
  services: OutreachServices,
  project: Project,
  signal: AbortSignal,
): Promise<DraftMail[]> {
  const { store, paths } = services;
  const run = await store.latestRun(project.id);
  const rows = run === null ? [] : (await store.drafts(project.id)).filter((row) => row.run_id === run.id);
  if (run === null || rows.length === 0)
    throw new PipelineError(
      "not_now",
      `${project.id} has no drafts: make them with 'uo email ${project.id}'.`,
      {
        projectId: project.id,
      },
    );
  const approvals = await store.approvals(project.id);
  const deliveries = await store.deliveries(project.id);
  const upstream = await upstreamState(services, project, readFacts(run), signal);
  const first = rows[0]?.template;
  const firstId =
    deliveries.findLast(({ template, channel }) => template === first && channel === "sent")?.message_id ??
    null;
  const common = await commonFacts(services, project, run);
  const known = await knownFigures(paths, project.id, services.config.outreach.sender);
  const mails: DraftMail[] = [];
  for (const [index, row] of rows.entries()) {
    const file = join(paths.root, row.path);
    const inReplyTo = index === 0 ? null : firstId;
    const email = threadedEmail(parseEmailText(await readFile(file, "utf8"), row.path), inReplyTo);
    const recipient = project.target_contact?.email ?? null;
    const facts: OutreachFacts = {
      ...common,
      draft: { recipient, ...email, conflict: await hasConflict(file) },
      inReplyTo,
      expiry: expiryOf(services, row, upstream),
      knownFigures: known?.(row.template) ?? null,
    };
    const approval = approvals.find(({ template }) => template === row.template) ?? null;
    mails.push({
      number: index + 1,
      row,
      file,
      recipient,
      email,
      sha256: draftHash({ recipient: recipient ?? "", ...email }),
      inReplyTo,
      approval,
      deliveries: deliveries.filter(({ template }) => template === row.template),
      mayApprove: mayApprove(facts),
      mayDeliver: mayDeliver(facts, approval),
    });
  }
  return mails;
}

/** What is the same for every mail of a project. */
async function commonFacts(
  services: OutreachServices,
  project: Project,
  run: RunRow,
): Promise<Omit<OutreachFacts, "draft" | "inReplyTo" | "expiry">> {
  const { store, config } = services;
  const { sender, allowedCountries } = config.outreach;
  const facts = readFacts(run);
  const contact = project.target_contact;
  const allowed = (await store.decisions(project.id)).findLast(
    ({ kind, subject }) => kind === "country_allowed" && subject === contact?.email?.toLowerCase(),
  );
  const findings = facts.findings ?? [];
  return {
    campaign: config.campaign,
    projectId: project.id,
    sender,
    contactRefusal: contact === null ? null : refuseContact(contact),
    country: contact?.country ?? null,
    countryPolicy: {
      allowedCountries,
      override: allowed === undefined ? null : { by: allowed.decided_by, reason: allowed.reason },
    },
    suppressions: await store.suppressions(),
    otherMails: await mailsOfOthers(services, project.id),
    proof: {
      basis: facts.basis ?? "unproven",
      gate: facts.gate ?? { pass: false, reasons: ["No context was built."] },
    },
    heldBack:
      findings.length === 0 || (await secretsReleased(store, run)) ? null : describeFindings(findings),
  };
}

/** Who is written to about other projects of this campaign. */
async function mailsOfOthers(
  { store, config }: OutreachServices,
  projectId: string,
): Promise<OutreachFacts["otherMails"]> {
  const mails: { campaign: string; projectId: string; recipient: string }[] = [];
  for (const { id, contact_email } of await store.projects()) {
    if (id === projectId || contact_email === null) continue;
    const concerns = (await store.approvals(id)).length + (await store.deliveries(id)).length;
    if (concerns > 0) mails.push({ campaign: config.campaign, projectId: id, recipient: contact_email });
  }
  return mails;
}

function expiryOf(
  { config, clock }: OutreachServices,
  row: DraftRow,
  upstream: UpstreamState,
): OutreachFacts["expiry"] {
  return draftExpiry({
    renderedAt: new Date(row.rendered_at),
    upstreamMoved: upstream.moved,
    appliesCleanly: upstream.appliesCleanly,
    maxAgeDays: config.outreach.draftMaxAgeDays,
    now: clock.now(),
  });
}

/** A newer text lies beside a draft that could not be merged. */
async function hasConflict(file: string): Promise<boolean> {
  return (await stat(file.replace(/\.md$/, ".new.md")).catch(() => null)) !== null;
}
