import { openCampaign } from "@universe-optimize/pipeline/compose";
import { BatchError } from "../batch-error.ts";
import type { Args, ExitCode, Handler, Io } from "../command.ts";
import { openDispatcher } from "../engine/open-dispatcher.ts";
import { runBatch } from "../engine/run-batch.ts";
import { noNotifier, type Notifier, webhook } from "../notify/webhook.ts";
import { batchLogger, type Logger } from "../observe/logger.ts";
import { secretMask, WEBHOOK_VARIABLE } from "../observe/mask.ts";
import { forecastText } from "../views/forecast-view.ts";
import { readStatus } from "./read-status.ts";

export const run: Handler = async (args, io) => {
  if (args["dry-run"] === true) return await dryRun(args, io);
  return await work(args, io, "run");
};

export const serve: Handler = (args, io) => work(args, io, "serve");

async function work(args: Args, io: Io, mode: "run" | "serve"): Promise<ExitCode> {
  const schedule = typeof args["schedule"] === "string" ? args["schedule"] : null;
  if (schedule !== null) await checkSchedule(schedule);
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const { config, secrets } = services;
  const mask = secretMask(secrets, config);
  const log = batchLogger(config.campaign, String(args["log-level"]), mask);
  const url = config.batch.notify.url ?? secrets.get(WEBHOOK_VARIABLE);
  await using notifier: Notifier =
    url === null
      ? noNotifier()
      : webhook({
          campaign: config.campaign,
          url,
          settings: config.batch.notify,
          mask,
          onLost: (error, notice) =>
            log.error(
              { event: notice.kind },
              `a notification is lost: ${error instanceof Error ? error.message : "unknown"}`,
            ),
        });
  // Every child process of git listens for our end while it lives: so many at once are no leak.
  process.setMaxListeners(config.batch.concurrency.looks * 4 + 20);
  const status = await readStatus(services, campaign.projects);
  log.info({ forecast: status.forecast, money: status.money }, forecastText(status));
  await using opened = await openDispatcher(services, {
    concurrency: config.batch.concurrency.looks,
    onError: (error, projectId) =>
      log.error({ err: error, project: projectId }, "a look failed; it is tried again"),
  });
  const asked = typeof args["port"] === "number" ? args["port"] : null;
  const port = asked ?? (mode === "serve" ? config.batch.http.port : null);
  const host = typeof args["host"] === "string" ? args["host"] : config.batch.http.host;
  const result = await runBatch(campaign, {
    mode,
    schedule,
    http: port === null ? null : { host, port },
    dispatcher: opened.dispatcher,
    shared: opened.shared,
    notifier,
    log,
    signal: io.signal,
    onReady: (facts) => ready(log, mode, facts.port),
  });
  log.info({ state: result.state, counts: result.counts }, result.words);
  const bad =
    (result.counts["failed"] ?? 0) + (result.counts["timedOut"] ?? 0) + (result.counts["lost"] ?? 0);
  const ok = result.state === "drained" || (mode === "serve" && result.state === "interrupted");
  if (io.json) io.out(`${JSON.stringify({ ok, ...result }, null, 2)}\n`);
  else
    io.out(
      `${result.words}\n${Object.entries(result.counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(", ")}\n`,
    );
  return ok && bad === 0 ? 0 : mode === "serve" && ok ? 0 : 1;
}

function ready(log: Logger, mode: string, port: number | null): void {
  log.info({ mode, port, node: process.version }, "ready");
}

async function checkSchedule(schedule: string): Promise<void> {
  const { Cron } = await import("croner");
  try {
    new Cron(schedule, { mode: "5-part", timezone: "UTC", paused: true }).stop();
  } catch (error) {
    throw new BatchError(
      "misuse",
      `'${schedule}' is no schedule: ${(error as Error).message}. Five fields: minute, hour, day, month, weekday, in UTC.`,
    );
  }
}

async function dryRun(args: Args, io: Io): Promise<ExitCode> {
  await using campaign = await openCampaign(String(args["campaign"]));
  const status = await readStatus(campaign.services, campaign.projects);
  if (io.json) io.out(`${JSON.stringify({ ok: true, dryRun: true, ...status }, null, 2)}\n`);
  else {
    io.out(`${forecastText(status)}\n`);
    io.out(
      status.plan.start.length === 0
        ? `Nothing would start: ${status.plan.words}\n`
        : `Would start: ${status.plan.start.join(", ")} (${status.plan.words})\n`,
    );
  }
  return 0;
}
