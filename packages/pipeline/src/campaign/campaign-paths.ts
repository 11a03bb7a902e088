import { join, resolve } from "node:path";

/** Where everything of a campaign lies, absolute. */
export interface CampaignPaths {
  readonly root: string;
  readonly config: string;
  readonly projects: string;
  readonly database: string;
  readonly templates: string;
  readonly results: string;
  readonly forks: string;
  /** Program's own files: SSH key, local machines, harvest under way. */
  readonly internal: string;
  readonly sshKey: string;
  readonly machines: string;
}

export function campaignPaths(directory: string): CampaignPaths {
  const root = resolve(directory);
  const internal = join(root, ".universe");
  return {
    root,
    config: join(root, "universe.config.json"),
    projects: join(root, "projects.json"),
    database: join(root, "universe_optimize.db"),
    templates: join(root, "email_templates"),
    results: join(root, "results"),
    forks: join(root, "forks"),
    internal,
    sshKey: join(internal, "ssh", "id_ed25519"),
    machines: join(internal, "machines"),
  };
}

/** Files of one project's results. */
export interface ProjectPaths {
  readonly results: string;
  readonly log: string;
  readonly context: string;
  readonly emails: string;
  readonly proof: string;
  /** The proof for a person: one HTML file. */
  readonly proofReport: string;
  /** Branch as it was harvested last, not yet pushed or pushed. */
  readonly bundle: string;
  /** What was fetched and not looked at yet. */
  readonly incoming: string;
  /** Number of the run whose files lie in `results`. */
  readonly runMarker: string;
}

export function projectPaths(paths: CampaignPaths, projectId: string): ProjectPaths {
  const results = join(paths.results, projectId);
  const harvest = join(paths.internal, "harvest", projectId);
  return {
    results,
    log: join(results, "claude_output.log"),
    context: join(results, "context.json"),
    emails: join(results, "emails"),
    proof: join(results, "proof.json"),
    proofReport: join(results, "proof.html"),
    bundle: join(harvest, "branch.bundle"),
    incoming: join(harvest, "incoming"),
    runMarker: join(harvest, "run"),
  };
}
