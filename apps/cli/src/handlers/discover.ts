import { join, relative } from "node:path";
import { readSecrets } from "@universe-optimize/pipeline";
import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { githubReader, openStore } from "@universe-optimize/pipeline/compose";
import {
  DEFAULT_CRITERIA,
  discover as discoverProjects,
  type DiscoveryCriteria,
  type DiscoveryList,
  employeesFrom,
  writeDiscoveryList,
} from "@universe-optimize/project-discovery";
import type { ProjectLanguage } from "@universe-optimize/project-list";
import type { Args, Handler, Io } from "../command.ts";
import { columns } from "../output/columns.ts";
import { program } from "../output/program.ts";
import { MisuseError } from "../output/report-error.ts";
import { contactSource, ledgerOf } from "./contact-sources.ts";
import { checkCampaign } from "./project-states.ts";

const EVERY_REQUESTS = 50;

export const discover: Handler = async (args, io) => {
  const paths = campaignPaths(String(args["campaign"]));
  checkCampaign(paths);
  const criteria = criteriaOf(args);
  const secrets = await readSecrets(paths.root);
  if (secrets.get("GITHUB_TOKEN") === null)
    throw new MisuseError("GITHUB_TOKEN is not set: any token will do, only public data is read.");
  const folder = join(paths.root, "discovery");
  const source = typeof args["employees-from"] === "string" ? args["employees-from"] : null;
  await using store = await openStore(paths);
  await using ledger = source === null ? null : await ledgerOf(paths, args);
  const list = await discoverProjects({
    // The same client as the forks', with the same memory: a search waits for a fork's limit, and a fork for a search's.
    github: await githubReader(secrets, store, (line) => io.err(`${line}\n`)),
    criteria,
    journal: join(folder, "journal.jsonl"),
    ...(source === null || ledger === null
      ? {}
      : { employees: employeesFrom(await contactSource(source, paths), ledger) }),
    ...(typeof args["max-requests"] === "number" ? { maxRequests: args["max-requests"] } : {}),
    signal: io.signal,
    progress: ({ requests, seen, accepted }) => {
      if (requests % EVERY_REQUESTS === 0)
        io.err(`${requests} requests: ${seen} repositories seen, ${accepted} fit so far\n`);
    },
  });
  const file = await writeDiscoveryList(folder, list);
  if (io.json) io.out(`${JSON.stringify({ ok: true, file, ...list }, null, 2)}\n`);
  else io.out(table(list, Number(args["rows"]), relative(process.cwd(), file) || file));
  tell(list, io);
  return 0;
};

function criteriaOf(args: Args): DiscoveryCriteria {
  const languages = String(args["language"])
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const unknown = languages.find((name) => !DEFAULT_CRITERIA.languages.includes(name as ProjectLanguage));
  if (unknown !== undefined)
    throw new MisuseError(`--language ${unknown}: name python, javascript, typescript or java.`);
  const sizes = /^(\d+)-(\d+)$/.exec(String(args["employees"]));
  if (sizes === null) throw new MisuseError("--employees takes two numbers, such as 20-500.");
  return {
    languages: languages as ProjectLanguage[],
    minStars: Number(args["min-stars"]),
    maxStars: typeof args["max-stars"] === "number" ? args["max-stars"] : null,
    pushedWithinDays: Number(args["pushed-within"]),
    requireCi: args["ci"] === true,
    requireTests: args["tests"] === true,
    requireCompany: args["company"] === true,
    requirePerformance: args["performance"] === true,
    employees: { min: Number(sizes[1]), max: Number(sizes[2]) },
  };
}

const TITLES = ["#", "SCORE", "REPOSITORY", "LANGUAGE", "STARS", "COMPANY", "EMPLOYEES", "SPEED MATTERS IN"];

function table(list: DiscoveryList, rows: number, file: string): string {
  const { projects } = list;
  if (projects.length === 0) return "No repository fits.\n";
  const shown = projects.slice(0, rows);
  const lines = columns(
    TITLES.map((title) => ({ title })),
    shown.map((project) => [
      String(project.number),
      String(project.score),
      project.repo,
      project.language,
      project.stars.toLocaleString("en-US"),
      short(project.company ?? "unknown"),
      project.employees === null ? "unknown" : String(project.employees),
      project.domain ?? "",
    ]),
  );
  const more = projects.length - shown.length;
  const picks = projects.length < 3 ? "1" : "1,3";
  return `${lines}${more > 0 ? `and ${more} more\n` : ""}\nWith reasons: ${file.replace(/json$/, "md")}. Take some: ${program()} add --from ${file} --pick ${picks}\n`;
}

function short(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}

function tell({ complete, requests, seen, rejected, warnings, projects }: DiscoveryList, io: Io): void {
  const left = Object.entries(rejected).map(([code, count]) => `${code.replaceAll("_", " ")} ${count}`);
  io.err(
    `${projects.length} of ${seen} repositories fit${left.length === 0 ? "" : ` (left out: ${left.join(", ")})`}; ${requests} requests.\n`,
  );
  for (const warning of warnings) io.err(`Warning: ${warning}\n`);
  if (!complete) io.err(`Not finished: call '${program()} discover' again, it goes on here.\n`);
}
