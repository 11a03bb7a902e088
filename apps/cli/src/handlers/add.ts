import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import {
  addProject,
  isUpstreamUrl,
  type NewContact,
  type ProjectLanguage,
} from "@universe-optimize/project-list";
import type { Args, Handler } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { inspectUpstream, isRepository, repoOfUrl, type UpstreamFacts } from "./inspect-upstream.ts";
import { NotACampaignError } from "./project-states.ts";

export const add: Handler = async (args, io) => {
  const paths = campaignPaths(String(args["campaign"]));
  if (!existsSync(paths.config))
    throw new NotACampaignError(
      `${paths.root} is no campaign folder: it has no universe.config.json. Make one with 'uo init DIR', or name one with --campaign DIR.`,
    );
  if (args["from"] !== undefined)
    return await (await import("./add-discovered.ts")).addDiscovered(paths, args, io);
  const upstream =
    typeof args["upstream"] === "string" ? await upstreamOf(args["upstream"], paths.root) : null;
  const repo = text(args, "repo") ?? upstream?.facts.repo ?? null;
  if (repo === null)
    throw new MisuseError("name the repository: 'uo add OWNER/NAME', or 'uo add --upstream PATH'.");
  if (!/^[^/\s]+\/[^/\s]+$/.test(repo))
    throw new MisuseError(`'${repo}' is no repository: write OWNER/NAME.`);
  const language = text(args, "language") ?? upstream?.facts.language ?? null;
  if (language === null)
    throw new MisuseError(
      `the language of ${repo} is not clear: say --language python, javascript, typescript or java.`,
    );
  const project = await addProject(paths.projects, {
    repo,
    language: language as ProjectLanguage,
    ...optional("id", text(args, "id")),
    ...optional("upstream", upstream?.place ?? null),
    ...optional("description", text(args, "description")),
    ...optional("company", text(args, "company")),
    ...optional("domain", text(args, "domain")),
    ...optional("stars", typeof args["stars"] === "number" ? args["stars"] : null),
    ...optional("why_selected", text(args, "why")),
    ...optional("target_contact", contactOf(args)),
  });
  if (io.json) io.out(`${JSON.stringify({ ok: true, project }, null, 2)}\n`);
  else
    io.out(
      `${project.id}: ${project.repo} (${project.language}) is in ${relative(process.cwd(), paths.projects) || paths.projects}\n`,
    );
  return 0;
};

/** A path is kept relative to the campaign, so that the folder can be moved together with its neighbours. */
async function upstreamOf(given: string, root: string): Promise<{ place: string; facts: UpstreamFacts }> {
  if (isUpstreamUrl(given)) return { place: given, facts: { repo: repoOfUrl(given), language: null } };
  const path = resolve(given);
  if (!existsSync(path))
    throw new MisuseError(
      `${path} does not exist: --upstream takes a git URL or the path of a git repository.`,
    );
  if (!(await isRepository(path)))
    throw new MisuseError(`${path} is no git repository: --upstream takes a git URL or the path of one.`);
  const near = relative(root, path);
  return { place: isAbsolute(given) || near === "" ? path : near, facts: await inspectUpstream(path) };
}

function contactOf(args: Args): NewContact | null {
  const name = text(args, "contact-name");
  const others = ["contact-title", "contact-email", "contact-linkedin", "contact-country"].filter(
    (key) => text(args, key) !== null,
  );
  if (name === null) {
    if (others.length > 0) throw new MisuseError(`--${others[0]} needs --contact-name.`);
    return null;
  }
  return {
    name,
    title: text(args, "contact-title") ?? "",
    email: text(args, "contact-email"),
    linkedin: text(args, "contact-linkedin"),
    source: text(args, "contact-source") ?? "manual",
    ...(text(args, "contact-country") === null ? {} : { country: text(args, "contact-country") }),
  };
}

function text(args: Args, key: string): string | null {
  const value = args[key];
  return typeof value === "string" && value !== "" ? value : null;
}

function optional<K extends string, V>(key: K, value: V | null): { [P in K]?: V } {
  const entry: { [P in K]?: V } = {};
  if (value !== null) entry[key] = value;
  return entry;
}
