// Runs a discovery and prints what was kept, a line a key: node discover-program.ts API_URL JOURNAL CRITERIA NOW. The token comes on standard input.
import { readFileSync } from "node:fs";
import { fixedToken, githubClient } from "@universe-optimize/github-fork/github";
import { discover, type DiscoveryCriteria } from "@universe-optimize/project-discovery";

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const [apiUrl = "", journal = "", criteria = "", now = ""] = process.argv.slice(2);
const list = await discover({
  github: githubClient({
    apiUrl,
    token: fixedToken(readFileSync(0, "utf8")),
    pace: { pointsPerMinute: 1_000_000 },
  }),
  criteria: JSON.parse(criteria) as DiscoveryCriteria,
  journal,
  now: () => new Date(now),
  progress: ({ key }) => say(`kept ${key}`),
});
say(`found ${JSON.stringify(list.projects.map(({ repo }) => repo).toSorted())}`);
