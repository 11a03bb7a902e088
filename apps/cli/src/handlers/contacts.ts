import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CampaignPaths, campaignPaths } from "@universe-optimize/pipeline/campaign";
import {
  type ContactLedger,
  findContact,
  type FoundContact,
  manualContact,
  readDiscoveredProjects,
} from "@universe-optimize/project-discovery";
import { type Project, readProjectList, setTargetContact } from "@universe-optimize/project-list";
import type { Args, Handler, Io } from "../command.ts";
import { columns } from "../output/columns.ts";
import { MisuseError } from "../output/report-error.ts";
import { contactSource, ledgerOf } from "./contact-sources.ts";
import { checkCampaign } from "./project-states.ts";
import { selectProject } from "./select-projects.ts";

export const contacts: Handler = async (args, io) => {
  const paths = campaignPaths(String(args["campaign"]));
  checkCampaign(paths);
  await using ledger = await ledgerOf(paths, args);
  switch (args["action"]) {
    case "find":
      return await find(paths, ledger, args, io);
    case "add":
      return await add(paths, ledger, args, io);
    case "settle":
      return await settle(ledger, args, io);
    default:
      return list(ledger, io);
  }
};

async function find(paths: CampaignPaths, ledger: ContactLedger, args: Args, io: Io): Promise<number> {
  const { projects } = await readProjectList(paths.projects);
  const id = text(args, "id");
  const wanted =
    id === null
      ? projects.filter((project) => project.target_contact?.email == null)
      : [selectProject(projects, id)];
  const source = await contactSource(text(args, "source") ?? "", paths);
  const domain = text(args, "domain");
  if (domain !== null && id === null) throw new MisuseError("--domain needs the id of one project.");
  const titles = args["title"] as string[] | undefined;
  const outcomes: { id: string; contact: FoundContact | null; reason: string | null }[] = [];
  for (const project of wanted) {
    const company = { name: project.company ?? "", domain: domain ?? (await domainOf(project, paths)) ?? "" };
    if (company.domain === "") {
      const reason = `the website of its company is not known: ${project.id} needs --domain`;
      outcomes.push({ id: project.id, contact: null, reason });
      continue;
    }
    const outcome = await findContact({
      source,
      ledger,
      project: project.repo,
      company,
      ...(titles === undefined ? {} : { titles }),
      signal: io.signal,
    });
    if (outcome.found !== null) await putIn(paths, project.id, outcome.found);
    outcomes.push({
      id: project.id,
      contact: outcome.found,
      reason: outcome.found === null ? outcome.reason : null,
    });
  }
  const { booked, reserved } = ledger.credits(source.name);
  const credits = { source: source.name, booked, reserved };
  if (io.json) io.out(`${JSON.stringify({ ok: true, outcomes, credits }, null, 2)}\n`);
  else {
    for (const { id: one, contact, reason } of outcomes)
      io.out(
        contact === null ? `${one}: nobody, ${reason}\n` : `${one}: ${contact.name}, ${contact.title}\n`,
      );
    io.out(`${source.name}: ${booked} credits booked, ${reserved} reserved\n`);
  }
  return outcomes.every(({ contact }) => contact !== null) ? 0 : 1;
}

async function add(paths: CampaignPaths, ledger: ContactLedger, args: Args, io: Io): Promise<number> {
  const { projects } = await readProjectList(paths.projects);
  const project = selectProject(projects, text(args, "id") ?? "");
  const name = text(args, "name");
  if (name === null) throw new MisuseError("--name is missing: first and last name.");
  const source = text(args, "source");
  const contact = manualContact({
    name,
    title: text(args, "position") ?? "",
    email: text(args, "email"),
    linkedin: text(args, "linkedin"),
    country: text(args, "country"),
    ...(source === null ? {} : { source }),
  });
  await ledger.keep(contact, project.repo);
  await putIn(paths, project.id, contact);
  if (io.json) io.out(`${JSON.stringify({ ok: true, id: project.id, contact }, null, 2)}\n`);
  else io.out(`${project.id}: ${contact.name} (${contact.source}, ${contact.foundAt})\n`);
  return 0;
}

async function settle(ledger: ContactLedger, args: Args, io: Io): Promise<number> {
  const id = text(args, "id");
  if (id === null || typeof args["credits"] !== "number")
    throw new MisuseError(
      "settle needs the id of an open call and --credits N; 'uo contacts list' shows both.",
    );
  await ledger.settle(id, args["credits"]);
  if (io.json) io.out(`${JSON.stringify({ ok: true, id, credits: args["credits"] })}\n`);
  else io.out(`${id}: ${args["credits"]} credits booked\n`);
  return 0;
}

function list(ledger: ContactLedger, io: Io): number {
  const kept = ledger.contacts();
  const open = ledger.open();
  const sources = ["sumble", "apollo"].map((source) => ({ source, ...ledger.credits(source) }));
  if (io.json) {
    io.out(`${JSON.stringify({ ok: true, contacts: kept, open, credits: sources }, null, 2)}\n`);
    return 0;
  }
  const titles = ["PROJECT", "NAME", "POSITION", "ADDRESS", "SOURCE", "FOUND"].map((title) => ({ title }));
  io.out(
    columns(
      titles,
      kept.map(({ project, contact }) => [
        project,
        contact.name,
        contact.title,
        contact.email ?? "unknown",
        contact.source,
        contact.foundAt,
      ]),
    ),
  );
  for (const { source, booked, reserved } of sources)
    if (booked + reserved > 0) io.out(`${source}: ${booked} credits booked, ${reserved} reserved\n`);
  for (const { id, source, act, credits, at } of open)
    io.out(
      `open: ${source} ${act} of ${at}, up to ${credits} credits: uo contacts settle ${id} --credits N\n`,
    );
  return 0;
}

/** Writes the contact into projects.json; the ledger has it already. */
async function putIn(paths: CampaignPaths, id: string, contact: FoundContact): Promise<void> {
  const { name, title, email, linkedin, country, source, foundAt } = contact;
  await setTargetContact(paths.projects, id, {
    name,
    title,
    email,
    linkedin,
    country,
    source,
    found_at: foundAt,
  });
}

/** The website's domain, where the project was discovered. */
async function domainOf(project: Project, paths: CampaignPaths): Promise<string | null> {
  const file = join(paths.root, "discovery", "candidates.json");
  if (!existsSync(file)) return null;
  const found = (await readDiscoveredProjects(file)).find(({ repo }) => repo === project.repo);
  return found?.companyDomain ?? null;
}

function text(args: Args, key: string): string | null {
  const value = args[key];
  return typeof value === "string" && value !== "" ? value : null;
}
