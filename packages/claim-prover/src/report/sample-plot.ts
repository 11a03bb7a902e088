import type { Look, Session } from "../proof.ts";
import { logAxis } from "./log-axis.ts";
import { markup, type Content, type Markup } from "./markup.ts";
import { intervalText, ratioText } from "./words.ts";

const HEIGHT = 150;
const MARGIN = 10;

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/**
 * The pairs of a session in the order in which they were measured: a dot each, the median and its interval. `unit`: what of a pair is
 * drawn, its ratio or the MiB saved. `ratios`: those of all sessions of the claim, so that the control beside the gain has the same
 * axis.
 */
export function samplePlot(
  session: Session,
  unit: "ratio" | "MiB",
  options: { readonly ratios: readonly number[]; readonly title: string },
): Markup {
  const memory = unit === "MiB";
  const values = session.samples.map(([a, b]) => (memory ? a - b : a / b));
  const scale = memory ? linear([...values, 0]) : logarithmic(options.ratios);
  const y = (value: number): number => MARGIN + (1 - scale.at(value)) * (HEIGHT - 2 * MARGIN);
  const neutral = memory ? 0 : 1;
  const look = session.looks.at(-1);
  const parts: Content[] = scale.ticks.map(
    ({ value }) =>
      markup`<line class="${value === neutral ? "one" : "grid"}" x1="0" x2="100%" y1="${y(value)}" y2="${y(value)}"/>`,
  );
  if (look !== undefined) parts.push(...band(look, y));
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) continue;
    const place = ((i + 0.5) / Math.max(1, values.length)) * 100;
    parts.push(
      markup`<circle class="sample" cx="${place}%" cy="${y(value)}" r="3"><title>${pairText(session, i, memory)}</title></circle>`,
    );
  }
  const labels = scale.ticks.map(
    ({ value, text }) => markup`<text x="40" y="${y(value) + 4}" text-anchor="end">${text}</text>`,
  );
  return markup`<figure class="samples ${session.kind}"><figcaption><b>${options.title}</b> <span>${summary(session, memory)}</span></figcaption>
<div class="canvas"><svg width="44" height="${HEIGHT}" aria-hidden="true">${labels}</svg><svg class="plot" height="${HEIGHT}" role="img" aria-label="${options.title}, ${String(values.length)} pairs">${parts}</svg></div>
</figure>
`;
}

function logarithmic(values: readonly number[]): Scale {
  const axis = logAxis(values, 0.14);
  return { at: axis.at, ticks: axis.ticks.map((value) => ({ value, text: `${value}x` })) };
}

function linear(values: readonly number[]): Scale {
  const usable = values.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...usable), Math.max(1, ...usable)];
  const room = (high - low) * 0.06;
  const step = niceStep((high - low) / 4);
  const first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  return {
    at: (value) => Math.min(1, Math.max(0, (value - low + room) / (high - low + 2 * room))),
    ticks: ticks.map((value) => ({ value, text: String(Math.round(value * 10) / 10) })),
  };
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}

function band(look: Look, y: (value: number) => number): Markup[] {
  const [lower, upper] = look.interval;
  const top = y(upper);
  return [
    markup`<rect class="band" x="0" width="100%" y="${top}" height="${Math.max(1, y(lower) - top)}"/>`,
    markup`<line class="median" x1="0" x2="100%" y1="${y(look.estimate)}" y2="${y(look.estimate)}"/>`,
  ];
}

function summary(session: Session, memory: boolean): string {
  const look = session.looks.at(-1);
  const pairs = `${session.samples.length} pairs`;
  if (look === undefined) return pairs;
  return memory
    ? `${look.estimate.toFixed(1)} MiB less (${look.interval[0].toFixed(1)} to ${look.interval[1].toFixed(1)}), ${pairs}`
    : `${ratioText(look.estimate)} (${intervalText(look.interval)}), ${pairs}`;
}

function pairText(session: Session, i: number, memory: boolean): string {
  const [a = NaN, b = NaN] = session.samples[i] ?? [];
  const unit = memory ? "MiB" : "s";
  const result = memory ? `${(a - b).toFixed(1)} MiB` : ratioText(a / b);
  return `Pair ${i + 1}: ${a.toFixed(3)} ${unit} before, ${b.toFixed(3)} ${unit} after, ${result}`;
}
