import { access, chmod, constants, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How git was started once. */
interface GitStart {
  readonly args: string;
  readonly environment: string;
}

/** A git that notes every start of itself: what lives too short to be seen among the processes is seen here. */
export interface GitRecorder {
  /** Folder to put first in PATH. */
  readonly bin: string;
  starts(): Promise<GitStart[]>;
}

/** The git that PATH gives without us: by its full path, so that the recorder cannot find itself. */
async function realGit(): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "/usr/bin:/bin").split(":")) {
    const path = join(folder, "git");
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error("git is not installed");
}

const END = "-- that was one start --";

export async function gitRecorder(folder: string): Promise<GitRecorder> {
  const bin = join(folder, "bin");
  const notes = join(folder, "git-starts");
  await mkdir(bin, { recursive: true });
  await mkdir(notes, { recursive: true });
  // `set` is the shell's own: no process of ours but this one ever has git's environment.
  const script = `#!/bin/sh
{ printf '%s\\n' "$@"; echo; set; echo '${END}'; } >> '${notes}'/$$
exec '${await realGit()}' "$@"
`;
  await writeFile(join(bin, "git"), script);
  await chmod(join(bin, "git"), 0o755);
  return {
    bin,
    async starts() {
      const files = await Promise.all(
        (await readdir(notes)).map((name) => readFile(join(notes, name), "utf8")),
      );
      return files
        .flatMap((text) => text.split(`${END}\n`))
        .filter((text) => text !== "")
        .map((text) => {
          const gap = text.indexOf("\n\n");
          return { args: text.slice(0, gap), environment: text.slice(gap) };
        });
    },
  };
}
