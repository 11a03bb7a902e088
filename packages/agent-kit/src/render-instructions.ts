import { Liquid } from "liquidjs";
import { AgentKitError } from "./agent-kit-error.ts";
import type { RunBrief } from "./types.ts";

/**
 * The instructions for the agent from a Liquid template. Its variables: `repo`, `repo_name`, `language`, `branch`,
 * `base_sha`, `time_limit_hours`, `project_id`, `run_id`, `plugin` (whether the Codeflash plugin is on the machine) and
 * `benchmark_command`. A template cannot read files. Throws `instructions_invalid` for a broken tag or an unknown variable.
 */
export async function renderInstructions(
  template: { readonly file: string; readonly text: string },
  brief: RunBrief,
  plugin: boolean,
): Promise<string> {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
  });
  try {
    const text: unknown = await liquid.parseAndRender(template.text, variables(brief, plugin));
    return `${String(text).trimEnd()}\n`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentKitError(
      "instructions_invalid",
      `${template.file}: ${reason}. Correct the template; its variables are ${Object.keys(variables(brief, plugin)).join(", ")}.`,
      { cause: error },
    );
  }
}

function variables(brief: RunBrief, plugin: boolean): Record<string, string | number | boolean> {
  return {
    repo: brief.repo,
    repo_name: brief.repo.split("/")[1] ?? brief.repo,
    language: brief.language,
    branch: brief.branch,
    base_sha: brief.baseSha,
    time_limit_hours: brief.timeLimitHours,
    project_id: brief.projectId,
    run_id: brief.runId,
    plugin,
    benchmark_command: BENCHMARK_COMMANDS[brief.language],
  };
}

const BENCHMARK_COMMANDS: Readonly<Record<RunBrief["language"], string>> = {
  python: "python3 {file}",
  javascript: "node {file}",
  typescript: "node {file}",
  java: "java -cp target/classes {file}",
};
