import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { buildKit } from "@universe-optimize/agent-kit";
import type { Services } from "../services.ts";

/**
 * Hash (hex) of everything that all runs of a campaign share and a person can break: kit, bootstrap, instructions, plugin, agent settings
 * and e-mail templates. Another value means that the next run meets something new.
 *
 * @throws AgentKitError where the kit cannot be built at all
 */
export async function kitFingerprint({ config, paths, systemInstall }: Services): Promise<string> {
  const { plugin, ...agent } = config.agent;
  const kit = await buildKit(
    {
      runId: "fingerprint",
      projectId: "fingerprint",
      repo: "example/fingerprint",
      language: "python",
      branch: config.run.branch,
      baseSha: "0".repeat(40),
      timeLimitHours: config.run.timeLimitHours,
      sessionId: "00000000-0000-8000-8000-000000000000",
    },
    {
      // The demonstration's files depend on its project.
      agent: {
        ...agent,
        ...(agent.kind === "demo" ? { kind: "command", command: "demo" } : {}),
        plugin: plugin === null || isAbsolute(plugin) ? plugin : resolve(paths.root, plugin),
      },
      prover: config.proof.machine !== "none",
      campaignDirectory: paths.root,
      system: systemInstall,
      cloneUrl: null,
    },
  );
  const hash = createHash("sha256").update(kit.hash).update(JSON.stringify(config.agent));
  const names = await readdir(paths.templates).catch(() => []);
  for (const name of names.filter((file) => file.endsWith(".md")).toSorted())
    hash.update(`\0${name}\0`).update(await readFile(join(paths.templates, name)));
  return hash.digest("hex");
}
