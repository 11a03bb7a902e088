import { open, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { projectPaths } from "@universe-optimize/pipeline/campaign";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import { printable } from "@universe-optimize/pipeline/printable";
import type { Handler, Io } from "../command.ts";
import { transcriptLine } from "../views/transcript-line.ts";
import { type CampaignView, viewCampaign } from "./project-states.ts";
import { selectProject } from "./select-projects.ts";

const TAIL_BYTES = 4 * 1024 * 1024;
const POLL_MS = 1000;

/** The harvested log; it grows with every look of the process that watches the run. */
export const logs: Handler = async (args, io) => {
  await using campaign = await viewCampaign(args);
  const project = selectProject(campaign.projects, String(args["id"]));
  const { log } = projectPaths(campaign.paths, project.id);
  const follow = args["follow"] === true;
  const size = (await stat(log).catch(() => null))?.size ?? null;
  if (size === null && !follow)
    throw new PipelineError(
      "not_now",
      `${project.id} has no log yet: 'uo status ${project.id}' tells where it stands.`,
      {
        projectId: project.id,
      },
    );
  const show = printer(io, args["raw"] === true);
  const count = Number(args["lines"]);
  const whole = count <= 0;
  let offset = whole ? 0 : Math.max(0, (size ?? 0) - TAIL_BYTES);
  const first = lines(await readFrom(log, offset, size ?? 0), "");
  offset = size ?? 0;
  const shown = first.lines.map(show.format).filter((line) => line !== null);
  for (const line of whole ? shown : shown.slice(-count)) show.print(line);
  let { rest } = first;
  if (follow)
    while (!io.signal.aborted) {
      const now = (await stat(log).catch(() => null))?.size ?? 0;
      if (now > offset) {
        const piece = lines(await readFrom(log, offset, Math.min(now, offset + TAIL_BYTES)), rest);
        offset = Math.min(now, offset + TAIL_BYTES);
        rest = piece.rest;
        for (const line of piece.lines.map(show.format)) if (line !== null) show.print(line);
        continue;
      }
      if (await isOver(campaign, project.id)) break;
      await delay(POLL_MS, undefined, { signal: io.signal }).catch(() => undefined);
    }
  const last = rest === "" ? null : show.format(rest);
  if (last !== null) show.print(last);
  return 0;
};

async function isOver({ store }: CampaignView, id: string): Promise<boolean> {
  const run = (await store?.latestRun(id)) ?? null;
  return run === null || !["fork", "provision", "bootstrap", "launch", "watch", "collect"].includes(run.step);
}

function printer(
  io: Io,
  raw: boolean,
): { format: (line: string) => string | null; print: (line: string) => void } {
  return {
    format: (line) => (io.json ? line : raw ? printable(line) : transcriptLine(line)),
    print: (line) => io.out(io.json ? `${JSON.stringify({ line })}\n` : `${line}\n`),
  };
}

function lines(text: string, before: string): { lines: string[]; rest: string } {
  const parts = (before + text).split("\n");
  const rest = parts.pop() ?? "";
  return { lines: parts, rest };
}

async function readFrom(file: string, start: number, end: number): Promise<string> {
  if (end <= start) return "";
  await using handle = await open(file, "r");
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  return buffer.subarray(0, bytesRead).toString("utf8");
}
