import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "@universe-optimize/test-servers/crash";
import type { DriveRequest } from "./drive-campaigns.ts";
import type { CrashCampaign } from "./world.ts";

const PROGRAM = fileURLToPath(new URL("drive-campaigns.ts", import.meta.url));

/** A campaign's first process. */
interface FirstRun {
  /** Every point that it passed. */
  readonly points: readonly string[];
  /** null: the campaign was over before it came to the point. */
  readonly killedAt: string | null;
  readonly errors: string;
}

/** Runs a campaign in a process that notes the points it passes and is killed at one of them (null: at none). */
export async function runCounted(campaign: CrashCampaign, killAt: string | null): Promise<FirstRun> {
  const log = join(campaign.outside, "points");
  const { killed, exitCode, stdout, stderr } = await runToEnd({
    command: [process.execPath, PROGRAM, requestOf([campaign], log, killAt)],
    env: campaign.env,
    timeoutMs: 300_000,
  });
  const names = (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
  const last = names.at(-1);
  const killedAt = last?.startsWith("KILLED ") === true ? last.slice("KILLED ".length) : null;
  if (killedAt === null && (killed || exitCode !== 0))
    throw new Error(`The process ended with ${exitCode} and was killed at no point: ${stdout}${stderr}`);
  return { points: names.map((name) => name.replace(/^KILLED /, "")), killedAt, errors: stdout + stderr };
}

/** What a process told of a campaign that it drove to its end. */
export interface Ending {
  readonly ok: boolean;
  readonly outcome: string | null;
  readonly text: string;
}

/** Drives campaigns on, all in one process, as after a crash; resolves with what became of each. */
export async function runOn(campaigns: readonly CrashCampaign[]): Promise<ReadonlyMap<string, Ending>> {
  const [first] = campaigns;
  if (first === undefined) return new Map();
  const { lines, stderr } = await runToEnd({
    command: [process.execPath, PROGRAM, requestOf(campaigns, null, null)],
    env: first.env,
    timeoutMs: 400_000,
  });
  const endings = new Map<string, Ending>();
  for (const line of lines) {
    const { folder, result } = JSON.parse(line) as {
      folder: string;
      result: { ok: boolean; run?: { step: string; outcome: string | null } };
    };
    const told = stderr
      .split("\n")
      .filter((error) => error.startsWith(folder))
      .join("\n");
    endings.set(folder, {
      ok: result.ok && result.run?.step === "finished",
      outcome: result.run?.outcome ?? null,
      text: `${JSON.stringify(result).slice(0, 2000)}\n${told}`,
    });
  }
  for (const { folder } of campaigns)
    if (!endings.has(folder)) endings.set(folder, { ok: false, outcome: null, text: stderr });
  return endings;
}

function requestOf(campaigns: readonly CrashCampaign[], log: string | null, killAt: string | null): string {
  const [first] = campaigns;
  const request: DriveRequest = {
    folders: campaigns.map(({ folder }) => folder),
    log,
    killAt,
    names:
      first === undefined
        ? []
        : [
            [first.folder, "~"],
            [first.outside, "TMP"],
            [first.organization, "O"],
            [first.resourceGroup, "G"],
          ],
  };
  return JSON.stringify(request);
}
