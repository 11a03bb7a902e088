import pLimit from "p-limit";
import type { Project } from "@universe-optimize/project-list";
import { errorFacts, type ErrorFacts } from "../errors.ts";
import type { Services } from "../services.ts";
import type { RunProgress } from "./advance.ts";
import { drive, type DriveOptions, type DriveResult } from "./drive.ts";

/** What became of one project. */
export type ProjectResult =
  | ({ readonly project: Project; readonly ok: true } & DriveResult)
  | { readonly project: Project; readonly ok: false; readonly error: ErrorFacts };

/** Drives several projects, `machines.concurrency` at a time. One project's error ends no other. */
export async function driveAll(
  services: Services,
  projects: readonly Project[],
  options: Omit<DriveOptions, "report"> & {
    readonly report: (project: Project, progress: RunProgress) => void;
  },
): Promise<ProjectResult[]> {
  const limit = pLimit(services.config.machines.concurrency);
  return await Promise.all(
    projects.map((project) =>
      limit(async (): Promise<ProjectResult> => {
        try {
          options.signal.throwIfAborted();
          const result = await drive(services, project, {
            ...options,
            report: (progress) => options.report(project, progress),
          });
          return { project, ok: true, ...result };
        } catch (error) {
          if (options.signal.aborted)
            return {
              project,
              ok: false,
              error: {
                code: "interrupted",
                message: "interrupted; 'uo start' goes on from here",
                retryable: true,
              },
            };
          return { project, ok: false, error: errorFacts(error) };
        }
      }),
    ),
  );
}
