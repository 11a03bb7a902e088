export type { AgentFile } from "./agent-file.ts";
export {
  agentKeys,
  chooseAgentKey,
  secretSources,
  type AgentKey,
  type AgentKeyChoice,
  type AgentKeyState,
} from "./agent-keys.ts";
export { AgentKitError, type AgentKitErrorCode } from "./agent-kit-error.ts";
export { buildKit, type KitOptions } from "./build-kit.ts";
export { costProbe, parseCostProbe } from "./cost-probe.ts";
export { demoProjects, type DemoProject } from "./demo-projects.ts";
export { explainPreflight, type PreflightCode, type PreflightVerdict } from "./explain-preflight.ts";
export { launchPlan, preflightPlan, resumePlan, withFallbackModel, type ResumeCause } from "./launch-plan.ts";
export {
  sessionEnd,
  type SessionCircumstances,
  type SessionEnd,
  type SessionEndKind,
} from "./session-end.ts";
export type { AgentKind, AgentSettings, LaunchPlan, MachineKit, PreflightPlan, RunBrief } from "./types.ts";
export { writeDemoUpstream } from "./write-demo-upstream.ts";
