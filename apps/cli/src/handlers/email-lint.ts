import { contextFields } from "@universe-optimize/email-context";
import { findingText, lintTemplates, readTemplateSources } from "@universe-optimize/email-renderer";
import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { readConfig } from "@universe-optimize/pipeline/config";
import type { Handler } from "../command.ts";
import { checkCampaign } from "./project-states.ts";

/** Everything that is wrong, or would read wrongly, in the campaign's templates. Exit status 1 for what must not go out. */
export const emailLint: Handler = async (args, io) => {
  const paths = campaignPaths(String(args["campaign"]));
  checkCampaign(paths);
  const { outreach } = await readConfig(paths.config);
  const findings = lintTemplates(await readTemplateSources(paths.templates), {
    knownVariables: contextFields,
    sender: outreach.sender,
    minVerified: outreach.gate.minVerified,
  });
  const bad = findings.filter(({ severity }) => severity === "error");
  if (io.json) io.out(`${JSON.stringify({ ok: bad.length === 0, findings }, null, 2)}\n`);
  else {
    for (const finding of findings)
      io.out(
        `${findingText(finding)}${finding.better === null ? "" : ` Better: ${JSON.stringify(finding.better)}`}\n`,
      );
    io.out(
      findings.length === 0
        ? "Nothing to say: the templates are fine.\n"
        : `${bad.length} to mend, ${findings.length - bad.length} to consider.\n`,
    );
  }
  return bad.length === 0 ? 0 : 1;
};
