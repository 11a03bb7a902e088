import type { Services } from "@universe-optimize/pipeline";
import { type Project, readProjectList } from "@universe-optimize/project-list";

/** Reads projects.json again and brings the database's facts of each project up to date. */
export async function syncProjects({ store, paths }: Services): Promise<readonly Project[]> {
  const { projects } = await readProjectList(paths.projects);
  await store.syncProjects(
    projects.map((project) => ({
      id: project.id,
      repo: project.repo,
      language: project.language,
      company: project.company,
      contact_name: project.target_contact?.name ?? null,
      contact_email: project.target_contact?.email ?? null,
      contact_title: project.target_contact?.title ?? null,
    })),
  );
  return projects;
}
