import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RunProgress } from "@universe-optimize/pipeline";

/** What a scrape reads at its own time. */
export interface Reading {
  /** Projects by status: pending, running, waiting, blocked, and each end of a run. */
  readonly projects: Readonly<Record<string, number>>;
  readonly machinesAlive: number;
  readonly usd: readonly {
    readonly kind: "agent" | "machine";
    readonly state: "spent" | "reserved";
    readonly usd: number;
  }[];
  readonly lastSweepAt: number | null;
  readonly looksWaiting: number;
  readonly looksActive: number;
  readonly paused: boolean;
  readonly leader: boolean;
  readonly alarms: number;
  readonly noticesLost: number;
  /** Requests left, by API, where the API said so. */
  readonly apiLeft: Readonly<Record<string, number>>;
}

export interface Metrics {
  readonly contentType: string;
  /** The exposition format; reads the campaign first. */
  text(): Promise<string>;
  /** Takes note of what happened to a run. */
  progress(projectId: string, progress: RunProgress): void;
  /** Takes note of how late a look was, in seconds. */
  lag(seconds: number): void;
}

const SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 8 * 3600];
const LAGS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1800];

/** Prometheus metrics of one process; `read` is asked at each scrape. */
export function batchMetrics(campaign: string, read: () => Promise<Reading>): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ campaign });
  const registers = [registry];
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[] = []): Gauge<T> =>
    new Gauge({ name: `universe_${name}`, help, labelNames: [...labelNames], registers });

  const projects = gauge("projects", "Projects by where they stand.", ["status"]);
  const machines = gauge("machines_alive", "Machines that exist, or may exist.");
  const money = gauge("cost_usd", "Money spent, and reserved for runs under way.", ["kind", "state"]);
  const sweep = gauge("last_sweep_timestamp_seconds", "When the last sweep ended; 0: never.");
  const looks = gauge("looks", "Projects that wait for their time, and that are worked on.", ["state"]);
  const paused = gauge("paused", "1: nothing new starts until somebody says so.");
  const leader = gauge("leader", "1: this process begins runs and sweeps.");
  const alarms = gauge("alarms", "Alarms that are raised now.");
  const lost = gauge("notifications_lost", "Notifications that could not be delivered.");
  const api = gauge("api_requests_left", "Requests that an API still allows, where it says so.", ["api"]);
  const cpu = gauge("process_cpu_seconds", "CPU time of this process.");
  const memory = gauge("process_resident_bytes", "Resident memory of this process.");
  const steps = new Histogram({
    name: "universe_step_seconds",
    help: "How long one attempt of a step took.",
    labelNames: ["step", "result"] as const,
    buckets: SECONDS,
    registers,
  });
  const failures = new Counter({
    name: "universe_step_failures_total",
    help: "Attempts of steps that failed.",
    labelNames: ["step", "code"] as const,
    registers,
  });
  const lags = new Histogram({
    name: "universe_look_lag_seconds",
    help: "How late projects were looked at, after their time.",
    buckets: LAGS,
    registers,
  });
  const begun = new Map<string, number>();
  const update = async (): Promise<void> => {
    const now = await read();
    const { user, system } = process.cpuUsage();
    cpu.set((user + system) / 1e6);
    memory.set(process.memoryUsage.rss());
    projects.reset();
    for (const [status, count] of Object.entries(now.projects)) projects.set({ status }, count);
    machines.set(now.machinesAlive);
    for (const { kind, state, usd } of now.usd) money.set({ kind, state }, usd);
    sweep.set(now.lastSweepAt === null ? 0 : now.lastSweepAt / 1000);
    looks.set({ state: "waiting" }, now.looksWaiting);
    looks.set({ state: "active" }, now.looksActive);
    paused.set(Number(now.paused));
    leader.set(Number(now.leader));
    alarms.set(now.alarms);
    lost.set(now.noticesLost);
    for (const [name, left] of Object.entries(now.apiLeft)) api.set({ api: name }, left);
  };
  return {
    contentType: registry.contentType,
    async text() {
      await update();
      return await registry.metrics();
    },
    progress(projectId, progress) {
      if (progress.kind === "line") return;
      if (progress.kind === "begun") return void begun.set(projectId, performance.now());
      const from = begun.get(projectId);
      begun.delete(projectId);
      const result =
        progress.kind === "done" ? "succeeded" : progress.kind === "waiting" ? "again" : "failed";
      if (from !== undefined)
        steps.observe({ step: progress.step, result }, (performance.now() - from) / 1000);
      if (progress.kind === "failed") failures.inc({ step: progress.step, code: progress.error.code });
    },
    lag: (seconds) => lags.observe(Math.max(0, seconds)),
  };
}
