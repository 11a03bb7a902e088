import { execFile } from "node:child_process";
import { statfs } from "node:fs/promises";
import { promisify } from "node:util";
import { bad, type Check, good, note } from "./check.ts";

const run = promisify(execFile);

/** Node, git, and the programs that a local machine borrows from this computer. */
export async function computerChecks(): Promise<Check[]> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const node =
    major > 22 || (major === 22 && minor >= 18)
      ? good("node", process.version)
      : bad(
          "node",
          `${process.version}; 22.18 or newer is needed. Inside the repository 'npm start' brings its own.`,
        );
  const tools = await Promise.all([
    tool("git", ["--version"], "needed for forks: install git"),
    tool("tar", ["--version"], "needed on local machines: install tar"),
    tool("ssh", ["-V"], "needed only by 'uo ssh': install OpenSSH's client", false),
    tool("python3", ["--version"], "needed only by Python projects on this computer: install python3", false),
  ]);
  return [node, ...tools, await disk()];
}

async function tool(name: string, args: readonly string[], otherwise: string, needed = true): Promise<Check> {
  try {
    const { stdout, stderr } = await run(name, [...args]);
    return good(name, (stdout || stderr).split("\n")[0]?.trim() ?? "");
  } catch {
    return (needed ? bad : note)(name, `not on this computer; ${otherwise}`);
  }
}

async function disk(): Promise<Check> {
  const { bavail, bsize } = await statfs(process.cwd());
  const gib = (bavail * bsize) / 1024 ** 3;
  return gib < 2
    ? bad("disk", `${gib.toFixed(1)} GiB free; 2 GiB are the least for one project`)
    : good("disk", `${gib.toFixed(0)} GiB free`);
}
