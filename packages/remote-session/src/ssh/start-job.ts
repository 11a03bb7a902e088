import { randomBytes } from "node:crypto";
import { forMessage, requireMachinePath } from "../check-path.ts";
import { SessionError } from "../errors.ts";
import type { Job, JobSpec } from "../job.ts";
import { jobFolder } from "../job-status.ts";
import { quoteSh } from "../quote-sh.ts";
import type { Session } from "../session.ts";
import type { UploadEntry } from "../transfer.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";
import { checkJobName, makeJob } from "./remote-job.ts";
import { readSupervisorScript } from "./supervisor-script.ts";
import { sendArchive } from "./upload.ts";

const DEFAULT_MAX_LOG_BYTES = 512 * 1024 * 1024;
const DEFAULT_RESERVE_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 90_000;

/**
 * `Session.startJob`: one channel carries the job's files to a stage folder of their own and starts the supervisor.
 * Whichever of several starts makes the file `started` first has started the job; see machine/supervisor.sh.
 */
export async function startJob(
  session: Session,
  connection: Connection,
  spec: JobSpec,
  signal?: AbortSignal,
): Promise<Job> {
  checkJobName(spec.name);
  const folder = jobFolder(session.home, spec.name);
  const entries = await makeEntries(session.home, spec);
  const j = quoteSh(folder);
  // Once tar has its end, the stage counts as whole only with its last file. What is not whole goes at once: it may
  // hold secrets.
  const script =
    `umask 077;mkdir -p ${j}&&chmod 700 ${j}||exit 1;s=${j}/stage.$$;rm -rf "$s";mkdir "$s"||exit 1;` +
    `tar -x -o -m -f - -C "$s"&&[ -f "$s/complete" ]||{ rm -rf "$s";echo failed the files did not arrive whole;exit 1;};` +
    `sh "$s/supervisor.sh" start ${j} "$s"`;
  const channel = await CommandChannel.open(connection, script, {
    home: session.home,
    signal,
    timeoutMs: TIMEOUT_MS,
  });
  await sendArchive(channel, entries);
  const pieces: Buffer[] = [];
  for await (const piece of channel) pieces.push(piece);
  const { exitCode } = await channel.exit();
  const [, word, rest = ""] =
    /^(started|existing|failed) (.*)$/m.exec(Buffer.concat(pieces).toString("utf8")) ?? [];
  if (word === "started" || word === "existing") {
    return makeJob(session, connection, spec.name, { logFile: rest, startedNow: word === "started" });
  }
  const said = [rest, channel.stderr.toString("utf8")].map(forMessage).filter((text) => text !== "");
  const reason = said.join(": ") || `exit status ${exitCode}`;
  throw connection.error(
    "job_failed",
    `Job ${spec.name} was not started on ${connection.host}: ${reason}. Nothing of it runs; correct that and start it again.`,
  );
}

async function makeEntries(home: string, spec: JobSpec): Promise<UploadEntry[]> {
  const { name, command, cwd, env = {}, secrets = {}, logFile, progress = {} } = spec;
  const { maxLogBytes = DEFAULT_MAX_LOG_BYTES, harvestReserveBytes = DEFAULT_RESERVE_BYTES } = spec;
  const { memoryLimitBytes = 0 } = spec;
  const counts = { maxLogBytes, harvestReserveBytes, memoryLimitBytes };
  for (const [field, value] of Object.entries(counts)) {
    if (field === "memoryLimitBytes" && value === "most") continue;
    if (!Number.isSafeInteger(value) || Number(value) < 0) {
      throw new SessionError(
        "invalid_request",
        `${field} of job ${name} must be a whole number from 0 on; it is ${value}.`,
      );
    }
  }
  if (progress.branch !== undefined && !isBranchName(progress.branch)) {
    throw new SessionError(
      "invalid_request",
      `Job ${name}: ${JSON.stringify(progress.branch.slice(0, 100))} is no name of a branch.`,
    );
  }
  if (command.includes("\0"))
    throw new SessionError("invalid_request", `The command of job ${name} holds a NUL character.`);
  const absolute = (path: string): string => {
    const checked = requireMachinePath(path);
    return checked.startsWith("/") ? checked : checked === "." ? home : `${home}/${checked}`;
  };
  const entries: UploadEntry[] = [
    { path: "supervisor.sh", content: await readSupervisorScript() },
    { path: "id", content: `${name}.${randomBytes(8).toString("hex")}\n` },
    { path: "command.sh", content: `${command}\n` },
    { path: "env.sh", content: makeExports(name, env) },
    { path: "secrets.env", content: makeExports(name, secrets) },
    { path: "max-log-bytes", content: `${maxLogBytes}\n` },
    { path: "reserve-bytes", content: `${harvestReserveBytes}\n` },
    ...(memoryLimitBytes === 0 ? [] : [{ path: "memory-limit", content: `${memoryLimitBytes}\n` }]),
    ...(progress.resultsFile === undefined
      ? []
      : [{ path: "results-file", content: `${absolute(progress.resultsFile)}\n` }]),
    ...(progress.gitDirectory === undefined || progress.branch === undefined
      ? []
      : [
          { path: "git-directory", content: `${absolute(progress.gitDirectory)}\n` },
          { path: "branch", content: `${progress.branch}\n` },
        ]),
    ...(logFile === undefined ? [] : [{ path: "log-file", content: `${absolute(logFile)}\n` }]),
    ...(cwd === undefined ? [] : [{ path: "cwd", content: `${absolute(cwd)}\n` }]),
    { path: "complete", content: "" },
  ];
  return entries.map((entry) => ({ ...entry, mode: 0o600 }));
}

/** Narrower than git: it is part of a path, too. */
function isBranchName(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}$/.test(text) && !/\.\.|\/\/|\/$|\.lock$/.test(text);
}

/** Lines for the shell to read: every value is one quoted word, so that nothing in it is ever evaluated. */
function makeExports(job: string, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new SessionError(
          "invalid_request",
          `Job ${job}: ${JSON.stringify(name.slice(0, 100))} is no name of an environment variable.`,
        );
      }
      if (value.includes("\0"))
        throw new SessionError("invalid_request", `Job ${job}: the value of ${name} holds a NUL character.`);
      return `export ${name}=${quoteSh(value)}\n`;
    })
    .join("");
}
