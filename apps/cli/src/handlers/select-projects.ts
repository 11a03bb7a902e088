import type { Project } from "@universe-optimize/project-list";
import { PipelineError } from "@universe-optimize/pipeline/errors";

/** The project of that id. @throws PipelineError `unknown_project` */
export function selectProject(projects: readonly Project[], id: string): Project {
  const found = projects.find((project) => project.id === id);
  if (found !== undefined) return found;
  const known = projects.slice(0, 8).map((project) => project.id);
  const list =
    known.length === 0
      ? "projects.json is empty; add one with 'uo add'"
      : `known: ${known.join(", ")}${projects.length > 8 ? ", …" : ""}`;
  throw new PipelineError("unknown_project", `no project '${id}' in projects.json (${list}).`, {
    projectId: id,
  });
}

/** Those of the ids, or all. */
export function selectProjects(projects: readonly Project[], ids: readonly string[]): readonly Project[] {
  return ids.length === 0 ? projects : ids.map((id) => selectProject(projects, id));
}
