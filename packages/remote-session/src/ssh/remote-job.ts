import { forMessage } from "../check-path.ts";
import { SessionError } from "../errors.ts";
import type { Job, JobStatus } from "../job.ts";
import { isTorn, jobFolder, makeStatusScript, needsSupervisor, parseJobStatus } from "../job-status.ts";
import { quoteSh } from "../quote-sh.ts";
import type { Session } from "../session.ts";
import type { Connection } from "./connection.ts";
import { readSupervisorScript } from "./supervisor-script.ts";

const DEFAULT_GRACE_MS = 60_000;
/** Beyond the grace: KILL is repeated for 30 s, then the supervisor has 10 s to write the exit status down. */
const STOP_MARGIN_MS = 90_000;

/** Throws `invalid_request` for a name that no job may have. */
export function checkJobName(name: string): void {
  if (!/^[a-z0-9-]{1,40}$/.test(name)) {
    throw new SessionError(
      "invalid_request",
      `${JSON.stringify(name.slice(0, 100))} is no job name: take 1 to 40 characters of a-z, 0-9 and -.`,
    );
  }
}

/** A handle on a job; nothing is asked of the machine. */
export function makeJob(
  session: Session,
  connection: Connection,
  name: string,
  { logFile, startedNow = false }: { readonly logFile?: string; readonly startedNow?: boolean } = {},
): Job {
  checkJobName(name);
  const folder = jobFolder(session.home, name);
  const script = makeStatusScript(folder);
  const read = async (signal?: AbortSignal, again = true): Promise<string> => {
    const { stdout } = await session.shell().run(script, signal === undefined ? {} : { signal });
    if (!stdout.startsWith("now ")) {
      throw connection.error(
        "job_failed",
        `The status of job ${name} on ${connection.host} cannot be read: its shell answered ${JSON.stringify(forMessage(stdout))}.`,
      );
    }
    return again && isTorn(stdout) ? await read(signal, false) : stdout;
  };
  const status = async (signal?: AbortSignal): Promise<JobStatus> => {
    const text = await read(signal);
    if (!needsSupervisor(text)) return parseJobStatus(text);
    // The supervisor was killed. The new one may find that the job has ended meanwhile.
    const f = quoteSh(`${folder}/supervisor.`);
    await session.exec(`umask 077;f=${f}$$;cat >"$f"&&sh "$f" adopt ${quoteSh(folder)};rm -f "$f"`, {
      stdin: await readSupervisorScript(),
      ...(signal === undefined ? {} : { signal }),
    });
    return parseJobStatus(await read(signal));
  };
  return {
    name,
    // Where another file was wanted, this is a link to it.
    logFile: logFile ?? `${folder}/log`,
    startedNow,
    status,
    stop: async ({ graceMs = DEFAULT_GRACE_MS, signal } = {}) => {
      if (!(graceMs >= 0))
        throw new SessionError("invalid_request", `graceMs must be 0 or more; it is ${graceMs}.`);
      // The script comes with the call: whatever the job did to its folder, it can be ended.
      const { stdout, stderr } = await session.exec(
        `sh -s stop ${quoteSh(folder)} ${Math.ceil(graceMs / 100)}`,
        {
          stdin: await readSupervisorScript(),
          timeoutMs: graceMs + STOP_MARGIN_MS,
          ...(signal === undefined ? {} : { signal }),
        },
      );
      const last = stdout.trim().split("\n").at(-1) ?? "";
      if (last !== "stopped") {
        const left = /^left ([\d ]+)$/.exec(last)?.[1];
        throw connection.error(
          "job_failed",
          left === undefined
            ? `Job ${name} on ${connection.host} could not be stopped: ${forMessage(stderr) || "no message"}.`
            : `Of job ${name} on ${connection.host}, processes ${left} do not end even by KILL: they wait for a disk or network. Restart or remove the machine.`,
        );
      }
      return await status(signal);
    },
  };
}
