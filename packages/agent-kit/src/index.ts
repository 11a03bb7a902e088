export type { AgentFile } from "./agent-file.ts";
export { AgentKitError, type AgentKitErrorCode } from "./agent-kit-error.ts";
export { buildKit, type KitOptions } from "./build-kit.ts";
export { demoProjects, type DemoProject } from "./demo-projects.ts";
export { launchPlan } from "./launch-plan.ts";
export type { AgentKind, AgentSettings, LaunchPlan, MachineKit, RunBrief } from "./types.ts";
export { writeDemoUpstream } from "./write-demo-upstream.ts";
