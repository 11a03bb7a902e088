import { relative } from "node:path";
import type { CampaignPaths } from "@universe-optimize/pipeline/campaign";
import { addProject, type Project, readProjectList } from "@universe-optimize/project-list";
import type { Args, Io } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";

/** `uo add --from FILE --pick 3,7`: takes discovered projects over, with what was found out; those that are there already are left. */
export async function addDiscovered(paths: CampaignPaths, args: Args, io: Io): Promise<number> {
  const { pickProjects, readDiscoveredProjects } = await import("@universe-optimize/project-discovery");
  if (typeof args["pick"] !== "string" || args["pick"] === "")
    throw new MisuseError("--from needs --pick: numbers of the list, such as 3,7 or 1-10, or all.");
  const picked = pickProjects(await readDiscoveredProjects(String(args["from"])), args["pick"]);
  const there = new Set((await known(paths)).map(({ repo }) => repo.toLowerCase()));
  const added: Project[] = [];
  const skipped: string[] = [];
  for (const one of picked) {
    if (there.has(one.repo.toLowerCase())) {
      skipped.push(one.repo);
      continue;
    }
    added.push(
      await addProject(paths.projects, {
        repo: one.repo,
        language: one.language,
        stars: one.stars,
        description: one.description,
        company: one.company,
        domain: one.domain,
        why_selected: `Score ${one.score}. ${one.reasons.join(" ")}`,
      }),
    );
  }
  if (io.json) io.out(`${JSON.stringify({ ok: true, added, skipped }, null, 2)}\n`);
  else {
    for (const { id, repo, language } of added) io.out(`${id}: ${repo} (${language})\n`);
    for (const repo of skipped) io.out(`${repo} is in the list already\n`);
    io.out(
      `${added.length} project${added.length === 1 ? "" : "s"} added to ${relative(process.cwd(), paths.projects) || paths.projects}\n`,
    );
  }
  return 0;
}

async function known(paths: CampaignPaths): Promise<readonly Project[]> {
  try {
    return (await readProjectList(paths.projects)).projects;
  } catch (error) {
    if ((error as { code?: unknown }).code === "not_found") return [];
    throw error;
  }
}
