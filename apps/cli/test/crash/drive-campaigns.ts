// Drives campaigns as `uo start` does, and is killed at a point of the first one when told so.
//   node drive-campaigns.ts '{"folders": ["…"], "log": "FILE", "killAt": "…" | null, "names": [["…", "R"]]}'
// `log` null: nothing is counted. Prints the outcome of each campaign as a line of JSON.
import { openSync } from "node:fs";
import { watchDatabase } from "./database-points.ts";
import { watchFiles } from "./file-points.ts";
import { watchProgramStarts, watchRequests } from "./network-points.ts";
import { Points } from "./points.ts";
import { watchSessions } from "./session-points.ts";

export interface DriveRequest {
  readonly folders: readonly string[];
  readonly log: string | null;
  readonly killAt: string | null;
  /** What differs from run to run, and what stands for it in a point's name. */
  readonly names: readonly (readonly [string, string])[];
}

const { folders, log, killAt, names } = JSON.parse(process.argv[2] ?? "") as DriveRequest;
const points = log === null ? null : new Points({ log: openSync(log, "a"), killAt, normalise });
if (points !== null) {
  // First of all: modules that are loaded later must find nothing else.
  watchFiles(points, folders[0] ?? "");
  watchProgramStarts(points);
  watchRequests(points);
  watchDatabase(points);
}
const { driveAll } = await import("@universe-optimize/pipeline");
const { openCampaign } = await import("@universe-optimize/pipeline/compose");

await Promise.all(
  folders.map(async (folder) => {
    try {
      await using campaign = await openCampaign(folder);
      const { services, projects } = campaign;
      const connect = points === null ? services.connect : watchSessions(points, services.connect);
      const [result] = await driveAll({ ...services, connect }, projects, {
        through: "render",
        signal: AbortSignal.timeout(300_000),
        report: (_, progress) => {
          if (progress.kind === "failed") process.stderr.write(`${folder}: ${JSON.stringify(progress)}\n`);
        },
      });
      print(folder, result);
    } catch (error) {
      print(folder, { ok: false, error: String((error as Error).stack) });
    }
  }),
);
process.exit(0);

function print(folder: string, result: unknown): void {
  process.stdout.write(`${JSON.stringify({ folder, result })}\n`);
}

function normalise(text: string): string {
  let known = text;
  for (const [from, to] of names) known = known.replaceAll(from, to);
  return (
    known
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "U")
      .replaceAll(/uo-[0-9a-f]{20}/g, "M")
      .replaceAll(/\b[0-9a-f]{40}\b/g, "S")
      .replaceAll(/(?<=bootstrap-)[0-9a-f]{8}/g, "H")
      .replaceAll(/(?<=\.download-)[0-9a-f]{16}/g, "H")
      .replaceAll(/(?<=\.universe-tmp-)[\w.-]*-\d+-/g, "P-")
      // Of mkdtemp; six lower-case letters are a word.
      .replaceAll(/-(?![a-z]{6})[A-Za-z0-9]{6}(?=\/|$)/g, "-R")
      .replace("/subscriptions/U/", "/")
  );
}
