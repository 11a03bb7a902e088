import { type OpenStore, openSqlite, wrongWith } from "./check-end.ts";
import { runCounted, runOn } from "./run-campaigns.ts";
import type { CrashCampaign, World } from "./world.ts";

/** A campaign that was killed at a point, and driven on. */
export interface Verdict {
  readonly point: string;
  /** false: the run was over before it came there (a poll less). */
  readonly reached: boolean;
  /** Empty: everything is as if nobody had killed it. */
  readonly wrong: readonly string[];
}

export interface EnumerateOptions {
  readonly openStore?: OpenStore;
  /** Campaigns that one process drives on after they were killed; default 6. */
  readonly together?: number;
}

/** Runs a campaign that nobody kills; gives its points in their order. @throws Error when even that one ends wrong */
export async function countPoints(world: World, options: EnumerateOptions = {}): Promise<readonly string[]> {
  await using campaign = await world.campaign("count");
  const { points, errors } = await runCounted(campaign, null);
  const ending = (await runOn([campaign])).get(campaign.folder);
  const wrong =
    ending === undefined
      ? ["no ending"]
      : await wrongWith(world, campaign, ending, options.openStore ?? openSqlite);
  if (wrong.length > 0) throw new Error(`A run that nobody kills ends wrong: ${wrong.join("; ")}. ${errors}`);
  return points;
}

/**
 * Kills a campaign of its own at each of the points, drives it to its end in another process, and looks at what became of it.
 * Verdicts come as they are there.
 */
export async function* killAtEach(
  world: World,
  points: readonly { readonly name: string; readonly point: string }[],
  options: EnumerateOptions = {},
): AsyncGenerator<Verdict, void, undefined> {
  const { together = 6, openStore = openSqlite } = options;
  for (let from = 0; from < points.length; from += together) {
    await using stack = new AsyncDisposableStack();
    const killed: { campaign: CrashCampaign; point: string; reached: boolean }[] = [];
    for (const { name, point } of points.slice(from, from + together)) {
      const campaign = stack.use(await world.campaign(name));
      const { killedAt } = await runCounted(campaign, point);
      killed.push({ campaign, point, reached: killedAt === point });
    }
    const endings = await runOn(killed.map(({ campaign }) => campaign));
    for (const { campaign, point, reached } of killed) {
      const ending = endings.get(campaign.folder) ?? { ok: false, outcome: null, text: "no ending" };
      yield { point, reached, wrong: await wrongWith(world, campaign, ending, openStore) };
    }
  }
}

/** Every K-th of the names, so that each part of a run has its share. */
export function everyNth(names: readonly string[], every: number): string[] {
  return names.filter((_, index) => index % every === Math.floor(every / 2));
}
