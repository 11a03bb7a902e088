import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A demonstration project that comes with this package: a small library with honest inefficiencies, tests and benchmarks. */
export interface DemoProject {
  readonly id: string;
  /** `owner/name`; no such repository exists on GitHub. */
  readonly repo: string;
  readonly language: "python" | "javascript";
  /** Absolute path of its sources; `writeDemoUpstream` makes a git repository of them. */
  readonly directory: string;
  readonly description: string;
  readonly domain: string;
  readonly company: string;
  /** An invented person at example.com, in projects.json's form. */
  readonly contact: {
    readonly name: string;
    readonly title: string;
    readonly email: string;
    readonly linkedin: null;
    readonly source: "manual";
  };
  readonly why_selected: string;
}

const IDS = ["text-index", "route-matcher"];

/** The demonstration projects: one in JavaScript, one in Python. */
export function demoProjects(): readonly DemoProject[] {
  return IDS.map((id) => {
    const folder = fileURLToPath(new URL(`../demo/${id}/`, import.meta.url));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this package, checked by its tests
    const facts = JSON.parse(readFileSync(path.join(folder, "project.json"), "utf8")) as DemoProject;
    const { repo, language, description, domain, company, contact, why_selected } = facts;
    return {
      id,
      repo,
      language,
      directory: path.join(folder, "repository"),
      description,
      domain,
      company,
      contact,
      why_selected,
    };
  });
}
