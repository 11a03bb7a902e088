import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { STEPS } from "@universe-optimize/pipeline";
import { readConfig } from "@universe-optimize/pipeline/config";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import {
  evaluate as evaluation,
  evaluationHtml,
  evaluationMarkdown,
  gatherRuns,
} from "@universe-optimize/pipeline/evaluate";
import type { Handler } from "../command.ts";
import { viewCampaign } from "./project-states.ts";

export const evaluate: Handler = async (args, io) => {
  await using campaign = await viewCampaign(args);
  const { store, paths } = campaign;
  const runs = store === null ? [] : await gatherRuns(store, paths.root);
  if (runs.length === 0)
    throw new PipelineError("not_now", "no project was ever started: there is nothing to evaluate.");
  const config = await readConfig(paths.config);
  const found = evaluation(config.campaign, new Date(), runs, STEPS);
  const folder = resolve(typeof args["out"] === "string" ? args["out"] : join(paths.results, "evaluation"));
  await mkdir(folder, { recursive: true });
  const files = {
    markdown: join(folder, "evaluation.md"),
    html: join(folder, "evaluation.html"),
    json: join(folder, "evaluation.json"),
  };
  const markdown = evaluationMarkdown(found);
  await replace(files.markdown, markdown);
  await replace(files.html, evaluationHtml(found));
  await replace(files.json, `${JSON.stringify(found, null, 2)}\n`);
  if (io.json) io.out(`${JSON.stringify({ ok: true, files, evaluation: found }, null, 2)}\n`);
  else
    io.out(
      `${markdown}\nPages: ${Object.values(files)
        .map((file) => relative(process.cwd(), file))
        .join(", ")}\n`,
    );
  return 0;
};

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}
