import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { machineName } from "@universe-optimize/pipeline";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import type { Handler } from "../command.ts";
import { selectProject } from "./select-projects.ts";

/** The operator's own ssh, with the campaign's key and the machine's pinned host key, and nothing of ~/.ssh. */
export const ssh: Handler = async (args, io) => {
  const campaign = await openCampaign(String(args["campaign"]));
  let line: readonly string[];
  try {
    const { services } = campaign;
    const project = selectProject(campaign.projects, String(args["id"]));
    const run = await services.store.latestRun(project.id);
    const name = run === null ? null : machineName(services, project, run, "agent");
    const machine = name === null ? null : await services.machines.get(name, io.signal);
    if (machine?.ssh == null)
      throw new PipelineError(
        "not_now",
        `${project.id} has no machine that runs now: 'uo status ${project.id}' tells where it stands.`,
        {
          projectId: project.id,
        },
      );
    const folder = join(services.paths.internal, "known_hosts");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const knownHosts = join(folder, machine.name);
    await writeFile(knownHosts, machine.ssh.hostKeys.map((key) => `${machine.name} ${key}\n`).join(""));
    const command = [
      ...((args["command"] as string[] | undefined) ?? []),
      ...((args["--"] as string[] | undefined) ?? []),
    ];
    line = sshArguments({
      ...machine.ssh,
      name: machine.name,
      knownHosts,
      identity: services.paths.sshKey,
      command,
    });
  } finally {
    await campaign[Symbol.asyncDispose]();
  }
  if (io.json) {
    io.out(`${JSON.stringify({ ok: true, command: ["ssh", ...line] })}\n`);
    return 0;
  }
  const child = spawn("ssh", line, { stdio: "inherit" });
  return await new Promise((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === "ENOENT"
          ? new PipelineError("not_now", "ssh is not on this computer: install OpenSSH's client.", { cause })
          : cause,
      );
    });
    child.once("exit", (code) => resolve(code ?? 255));
  });
};

interface SshTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly home: string | null;
  readonly knownHosts: string;
  readonly identity: string;
  readonly command: readonly string[];
}

function sshArguments(target: SshTarget): string[] {
  const remote = remoteCommand(target);
  return [
    "-F",
    "none",
    "-i",
    target.identity,
    "-p",
    String(target.port),
    ...[
      "IdentitiesOnly=yes",
      "StrictHostKeyChecking=yes",
      `HostKeyAlias=${target.name}`,
      `UserKnownHostsFile="${target.knownHosts}"`,
    ].flatMap((option) => ["-o", option]),
    ...(target.command.length === 0 ? ["-t"] : []),
    `${target.username}@${target.host}`,
    ...(remote === null ? [] : [remote]),
  ];
}

/** One word is shell text, as ssh takes it; several are one command with its arguments. On a shared host the run has a home of its own. */
function remoteCommand({ home, command }: SshTarget): string | null {
  const text = command.length === 1 ? (command[0] ?? "") : command.map(quote).join(" ");
  if (home === null) return text === "" ? null : text;
  const folder = quote(home);
  return `export HOME=${folder}; cd ${folder} && ${text === "" ? 'exec "${SHELL:-sh}" -i' : text}`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
