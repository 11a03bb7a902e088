import pc from "picocolors";
import type { RunProgress } from "@universe-optimize/pipeline";
import type { Io } from "../command.ts";

/** Writes a line for each thing that happens to a run, on stderr: `project-001  bootstrap    [2/6] python …`. */
export function progressReporter(
  io: Io,
  projectIds: readonly string[],
): (projectId: string, progress: RunProgress) => void {
  const colors = pc.createColors(io.color);
  const width = Math.max(11, ...projectIds.map((id) => id.length));
  const say = (id: string, step: string, text: string): void =>
    io.err(`${colors.dim(id.padEnd(width))}  ${step.padEnd(13)}  ${text}\n`);
  const quiet = new Set<string>();
  return (id, progress) => {
    switch (progress.kind) {
      case "begun":
        // Watching and proving begin again at every look: only their lines are news.
        if (!quiet.has(`${id} ${progress.step}`))
          say(id, progress.step, progress.attempt > 1 ? `try ${progress.attempt}` : "…");
        if (progress.step === "watch" || progress.step === "prove") quiet.add(`${id} ${progress.step}`);
        return;
      case "line":
        return say(id, progress.step, progress.message);
      case "done":
        return say(
          id,
          progress.step,
          progress.next === "finished" ? colors.green("finished") : colors.green("done"),
        );
      case "waiting":
        return;
      case "failed": {
        const next = progress.retryInMs === null ? "" : `; tried again in ${pause(progress.retryInMs)}`;
        return say(id, progress.step, colors.red(`${progress.error.message}${next}`));
      }
    }
  };
}

function pause(ms: number): string {
  return ms < 90_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : `${Math.round(ms / 60_000)} min`;
}
