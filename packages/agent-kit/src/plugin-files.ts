import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { AgentKitError } from "./agent-kit-error.ts";
import type { AgentFile } from "./agent-file.ts";

const MAX_FILES = 10_000;
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The files of the Codeflash plugin for `~/.universe/kit/plugin/`, sorted. Throws `plugin_missing` when the folder is not
 * there or empty, `plugin_invalid` for symbolic links (they could lead out of the folder), and above 10,000 files or 256 MiB.
 */
export async function pluginFiles(directory: string): Promise<AgentFile[]> {
  const files: AgentFile[] = [];
  let bytes = 0;
  const walk = async (relative: string): Promise<void> => {
    const entries = await readdir(path.join(directory, relative), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        // oxlint-disable-next-line no-await-in-loop -- in order, and few
        await walk(name);
        continue;
      }
      if (!entry.isFile()) {
        throw new AgentKitError(
          "plugin_invalid",
          `${path.join(directory, name)} is a link or no ordinary file; replace it with a copy.`,
        );
      }
      const file = path.join(directory, name);
      // oxlint-disable-next-line no-await-in-loop -- in order, and few
      const facts = await lstat(file);
      bytes += facts.size;
      files.push({
        path: `plugin/${name}`,
        content: { file },
        mode: (facts.mode & 0o111) === 0 ? 0o644 : 0o755,
      });
      if (files.length > MAX_FILES || bytes > MAX_BYTES) {
        throw new AgentKitError(
          "plugin_invalid",
          `${directory} has more than ${MAX_FILES} files or 256 MiB; name the plugin's dist folder in agent.plugin.`,
        );
      }
    }
  };
  try {
    await walk("");
  } catch (error) {
    if (error instanceof AgentKitError) throw error;
    throw missing(directory, error);
  }
  if (files.length === 0) throw missing(directory);
  return files;
}

function missing(directory: string, cause?: unknown): AgentKitError {
  return new AgentKitError(
    "plugin_missing",
    `There is no Codeflash plugin in ${directory}. Build it and name its dist folder in agent.plugin, or set agent.plugin to null to run without it.`,
    { cause },
  );
}
