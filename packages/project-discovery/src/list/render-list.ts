import { count } from "../judge/judge.ts";
import type { DiscoveredProject, DiscoveryList } from "./discovery-list.ts";

const COLUMNS: readonly (readonly [title: string, cell: (project: DiscoveredProject) => string])[] = [
  ["number", ({ number }) => String(number)],
  ["score", ({ score }) => String(score)],
  ["repo", ({ repo }) => repo],
  ["language", ({ language }) => language],
  ["stars", ({ stars }) => String(stars)],
  ["pushed", ({ pushedAt }) => pushedAt.slice(0, 10)],
  ["company", ({ company }) => company ?? ""],
  ["employees", ({ employees }) => (employees === null ? "unknown" : String(employees))],
  ["website", ({ website }) => website ?? ""],
  ["domain", ({ domain }) => domain ?? ""],
  ["description", ({ description }) => description],
  ["reasons", ({ reasons }) => reasons.join(" ")],
];

/** For a spreadsheet (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function toCsv({ projects }: DiscoveryList): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...projects.map((project) => COLUMNS.map(([, cell]) => csvCell(cell(project)))),
  ];
  return rows.map((row) => `${row.join(",")}\r\n`).join("");
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** For reading: a paragraph a project, with the reasons. */
export function toMarkdown(list: DiscoveryList): string {
  const { criteria, projects, rejected, seen, warnings, asOf, complete } = list;
  const left = Object.entries(rejected).map(
    ([code, number]) => `${code.replaceAll("_", " ")} ${count(number)}`,
  );
  return [
    `# Candidates of ${asOf.slice(0, 10)}`,
    "",
    `${count(projects.length)} of ${count(seen)} repositories fit: ${criteria.languages.join(", ")}, from ${count(criteria.minStars)} stars, pushed within ${criteria.pushedWithinDays} days.`,
    ...(left.length === 0 ? [] : ["", `Left out: ${left.join(", ")}.`]),
    ...(complete ? [] : ["", "The search is not finished: call `uo discover` again."]),
    ...warnings.flatMap((warning) => ["", `Warning: ${markdown(warning)}`]),
    ...projects.flatMap((project) => [
      "",
      `## ${project.number}. ${markdown(project.repo)} (${project.score})`,
      "",
      markdown(project.description) || "No description.",
      "",
      ...project.reasons.map((reason) => `- ${markdown(reason)}`),
    ]),
    "",
  ].join("\n");
}

/** A stranger's text as text: no markup, no HTML, no link. */
function markdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|!~]/gu, "\\$&").replaceAll("://", ":\u200B//");
}
