import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AgentKitError } from "./agent-kit-error.ts";
import type { AgentFile } from "./agent-file.ts";
import { demoProjects } from "./demo-projects.ts";
import type { RunBrief } from "./types.ts";

/**
 * The demonstration agent with the prepared changes and benchmarks of the brief's project.
 * Throws `unknown_demo_project` where `brief.repo` is none of `demoProjects()`.
 */
export async function demoAgentFiles(brief: RunBrief): Promise<AgentFile[]> {
  const project = demoProjects().find((candidate) => candidate.repo === brief.repo);
  if (project === undefined) {
    const known = demoProjects().map((candidate) => candidate.repo);
    throw new AgentKitError(
      "unknown_demo_project",
      `The demonstration agent has no changes for ${brief.repo}; it knows ${known.join(" and ")}. Set agent.kind to claude-code, or to command with a command of your own.`,
    );
  }
  const kit = fileURLToPath(new URL("../kit/", import.meta.url));
  const demo = path.dirname(project.directory);
  return [
    { path: "demo-agent.mjs", content: await readFile(path.join(kit, "demo-agent.mjs"), "utf8") },
    ...(await folder(path.join(kit, "demo-agent"), "demo-agent")),
    { path: "demo/project.json", content: await readFile(path.join(demo, "project.json"), "utf8") },
    ...(await folder(path.join(demo, "changes"), "demo/changes")),
    ...(await folder(path.join(demo, "benchmarks"), "demo/benchmarks")),
  ];
}

async function folder(from: string, to: string): Promise<AgentFile[]> {
  const entries = await readdir(from, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return await Promise.all(
    names.toSorted().map(async (name) => ({
      path: `${to}/${name}`,
      content: await readFile(path.join(from, name), "utf8"),
    })),
  );
}
