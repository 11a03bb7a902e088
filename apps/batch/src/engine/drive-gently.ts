import {
  drive,
  type DriveOptions,
  type DriveResult,
  type Services,
  type StepName,
} from "@universe-optimize/pipeline";
import type { RunProgress } from "@universe-optimize/pipeline";
import type { Project } from "@universe-optimize/project-list";

/** What must not be broken off halfway without need: a removal under way. */
const SHIELDED: ReadonlySet<StepName> = new Set(["destroy", "destroy-proof"]);

/**
 * `drive`, ended gently: when the signal aborts, no new step is begun, and one that is under way is broken off (it is done again later),
 * but a removal may end within `shieldMs`.
 */
export async function driveGently(
  services: Services,
  project: Project,
  options: Omit<DriveOptions, "wait">,
  shieldMs: number,
): Promise<DriveResult> {
  const inner = new AbortController();
  let step: StepName | null = null;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (step === null || !SHIELDED.has(step)) return inner.abort(options.signal.reason);
    timer ??= setTimeout(() => inner.abort(options.signal.reason), shieldMs);
  };
  const report = (progress: RunProgress): void => {
    options.report(progress);
    if (progress.kind === "begun") step = progress.step;
    else if (progress.kind !== "line") {
      step = null;
      if (options.signal.aborted) stop();
    }
  };
  if (options.signal.aborted) stop();
  options.signal.addEventListener("abort", stop);
  try {
    return await drive(services, project, { ...options, wait: false, signal: inner.signal, report });
  } finally {
    options.signal.removeEventListener("abort", stop);
    clearTimeout(timer);
  }
}
