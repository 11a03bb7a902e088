import { printable } from "@universe-optimize/pipeline/printable";
import type { CostRow, EventRow, MachineRow, RunRow, StepRow } from "@universe-optimize/state-store";

/** All that is known of one run's course. */
export interface RunTimeline {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  readonly events: readonly EventRow[];
  readonly machines: readonly MachineRow[];
  readonly costs: readonly CostRow[];
}

/** One line for everything that happened, oldest first, with the time since the run began. */
export function timelineText(id: string, runs: readonly RunTimeline[]): string {
  if (runs.length === 0) return `${id} has no run yet.\n`;
  return runs.map((one) => runText(id, one)).join("\n");
}

function runText(id: string, { run, steps, events, machines, costs }: RunTimeline): string {
  const begin = Date.parse(run.created_at);
  const lines: { at: number; text: string }[] = [];
  const quiet = new Map<string, { count: number; last: StepRow }>();
  for (const step of steps) {
    // Looks that said 'again' are counted, not listed.
    if (step.result === "again") {
      quiet.set(step.step, { count: (quiet.get(step.step)?.count ?? 0) + 1, last: step });
      continue;
    }
    const took =
      step.finished_at === null
        ? ""
        : ` in ${duration(Date.parse(step.finished_at) - Date.parse(step.started_at))}`;
    const looked = quiet.get(step.step);
    const looks = looked === undefined ? "" : `, after ${looked.count} looks`;
    quiet.delete(step.step);
    const error = step.error_message === null ? "" : `: ${step.error_code ?? ""} ${step.error_message}`;
    lines.push({
      at: Date.parse(step.started_at),
      text: `${step.step.padEnd(15)} ${step.result ?? "under way"}${took}${looks}${error}`,
    });
  }
  for (const [step, { count, last }] of quiet)
    lines.push({
      at: Date.parse(last.started_at),
      text: `${step.padEnd(15)} ${count} looks, the last one here`,
    });
  for (const event of events)
    if (!event.kind.startsWith("step."))
      lines.push({ at: Date.parse(event.at), text: `${event.kind.padEnd(15)} ${event.message}` });
  for (const machine of machines) {
    if (machine.running_at !== null)
      lines.push({ at: Date.parse(machine.running_at), text: `machine         ${machine.name} runs` });
    if (machine.gone_at !== null)
      lines.push({ at: Date.parse(machine.gone_at), text: `machine         ${machine.name} is gone` });
  }
  const usd = costs.reduce((sum, cost) => sum + cost.usd, 0);
  const end = run.finished_at === null ? `at ${run.step}` : (run.outcome ?? "finished");
  const head = `${id} run ${run.number}: ${end}${run.reason === null ? "" : `, ${run.reason}`}; began ${run.created_at}, $${usd.toFixed(2)}`;
  const body = lines
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, text }) => `  +${duration(at - begin).padEnd(9)} ${printable(text)}\n`);
  return `${printable(head)}\n${body.join("")}`;
}

function duration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}
