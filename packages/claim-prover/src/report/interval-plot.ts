import { gainFloor } from "../claim/thresholds.ts";
import type { ClaimLabel, Proof, ProvenClaim } from "../proof.ts";
import { logAxis, type LogAxis } from "./log-axis.ts";
import { markup, type Content, type Markup } from "./markup.ts";
import { intervalText, LABEL_WORDS, mebibytesText, ratioText } from "./words.ts";

interface Row {
  readonly name: string;
  readonly link: string | null;
  readonly label: ClaimLabel | "product";
  readonly claimed: number | null;
  readonly interval: readonly [number, number] | null;
  /** Of each session. */
  readonly estimates: readonly number[];
  readonly noiseFloor: number | null;
  readonly value: string;
  readonly verdict: string;
}

/** Claims above this many times what was measured stand at the edge: they would press everything else together. */
const MOST_BEYOND = 3;

/**
 * All claims on one logarithmic axis of ratios. Positions are in percent and texts are HTML, so that it is as readable on a telephone as
 * on paper, without a script.
 */
export function intervalPlot(proof: Proof): Markup {
  const rows = [...proof.claims.map(rowOf), ...(proof.product === null ? [] : [productRow(proof.product)])];
  const measured = rows.flatMap(({ interval, estimates }) => [...(interval ?? []), ...estimates]);
  const most = Math.max(1.3, ...measured.filter(Number.isFinite));
  const claimed = rows.map((row) => row.claimed ?? 1).map((ratio) => Math.min(ratio, most * MOST_BEYOND));
  const floors = rows.map(({ noiseFloor }) => (noiseFloor === null ? 1 : gainFloor(noiseFloor)));
  const noises = rows.map(({ noiseFloor }) => 1 / (1 + Math.min(noiseFloor ?? 0, 0.3)));
  const axis = logAxis(
    [...measured, ...claimed, ...noises, ...floors.filter((floor) => floor < most * 1.5)],
    0.085,
  );
  return markup`<figure class="intervals" aria-label="Measured ratio of every claim with its interval">
${rows.map((row) => plotRow(row, axis))}
<div class="row axis"><span></span>${axisPicture(axis)}<span></span></div>
<figcaption>Old time divided by new time, on a logarithmic axis; right of 1x is faster.
${key("interval", "measured ratio with its interval (one dot a session)")}
${key("claim", "what was claimed")}
${key("noise", "noise: the old code against itself")}
${key("floor", "what the lower end must reach: 1.05x, or more on a noisy machine")}
</figcaption>
</figure>`;
}

function rowOf(claim: ProvenClaim): Row {
  const { interval, intervalMiB, quoted, quotedMiB } = claim;
  return {
    name: claim.function || claim.file || `Claim ${claim.index + 1}`,
    link: `claim-${claim.index + 1}`,
    label: claim.label,
    claimed: claim.claimed,
    interval,
    estimates: claim.sessions
      .filter(({ kind }) => kind === "gain")
      .map(({ looks }) => looks.at(-1)?.estimate ?? NaN),
    noiseFloor: claim.noiseFloor,
    value:
      quoted !== null
        ? ratioText(quoted)
        : quotedMiB !== null
          ? `−${quotedMiB} MiB`
          : interval !== null
            ? intervalText(interval)
            : intervalMiB !== null
              ? mebibytesText(intervalMiB)
              : "not measured",
    verdict: LABEL_WORDS[claim.label],
  };
}

function productRow(product: NonNullable<Proof["product"]>): Row {
  return {
    name: "Everything together",
    link: "product",
    label: "product",
    claimed: null,
    interval: product.interval,
    estimates: [product.session.looks.at(-1)?.estimate ?? NaN],
    noiseFloor: null,
    value: product.quoted === null ? intervalText(product.interval) : ratioText(product.quoted),
    verdict: product.quoted === null ? "Not surely faster" : "Before against after",
  };
}

function plotRow(row: Row, axis: LogAxis): Markup {
  const name = row.link === null ? markup`${row.name}` : markup`<a href="#${row.link}">${row.name}</a>`;
  return markup`<div class="row ${row.label}"><span class="name">${name}</span>${picture(row, axis)}<span class="value"><b>${row.value}</b> <small>${row.verdict}</small></span></div>
`;
}

const MIDDLE = 20;

function picture(row: Row, axis: LogAxis): Markup {
  const x = (ratio: number): Markup => markup`${axis.at(ratio) * 100}%`;
  const parts: Content[] = axis.ticks.map(
    (tick) =>
      markup`<line class="${tick === 1 ? "one" : "grid"}" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="40"/>`,
  );
  if (row.noiseFloor !== null) {
    const left = axis.at(1 / (1 + row.noiseFloor));
    const right = axis.at(1 + row.noiseFloor);
    parts.unshift(
      markup`<rect class="noise" x="${left * 100}%" width="${Math.max(0, right - left) * 100}%" y="4" height="32"/>`,
    );
    const floor = gainFloor(row.noiseFloor);
    if (axis.holds(floor))
      parts.push(markup`<line class="floor" x1="${x(floor)}" x2="${x(floor)}" y1="4" y2="36"/>`);
  }
  if (row.interval !== null) {
    const [lower, upper] = row.interval;
    parts.push(
      markup`<line class="interval" x1="${x(lower)}" x2="${x(upper)}" y1="${MIDDLE}" y2="${MIDDLE}"/>`,
      ...[lower, upper].map(
        (bound) => markup`<line class="bound" x1="${x(bound)}" x2="${x(bound)}" y1="14" y2="26"/>`,
      ),
    );
  }
  for (const estimate of row.estimates) {
    if (Number.isFinite(estimate))
      parts.push(markup`<circle class="estimate" cx="${x(estimate)}" cy="${MIDDLE}" r="4.5"/>`);
  }
  if (row.claimed !== null) {
    const beyond = row.claimed > axis.high;
    const shape = beyond ? "M-12,-6 L-2,0 L-12,6 Z" : "M0,-7 L7,0 L0,7 L-7,0 Z";
    parts.push(
      markup`<svg x="${x(row.claimed)}" y="${MIDDLE}" overflow="visible"><path class="claim" d="${shape}"><title>claimed: ${ratioText(row.claimed)}</title></path></svg>`,
    );
  }
  return markup`<svg class="plot" height="40" role="img" aria-label="${row.name}: ${row.value}">${parts}</svg>`;
}

function axisPicture(axis: LogAxis): Markup {
  return markup`<svg class="plot" height="22" aria-hidden="true">${axis.ticks.map(
    (tick) => markup`<text x="${axis.at(tick) * 100}%" y="15" text-anchor="middle">${String(tick)}x</text>`,
  )}</svg>`;
}

function key(kind: "interval" | "claim" | "noise" | "floor", words: string): Markup {
  const pictures = {
    interval: markup`<line class="interval" x1="1" x2="21" y1="7" y2="7"/><circle class="estimate" cx="11" cy="7" r="4.5"/>`,
    claim: markup`<path class="claim" transform="translate(11 7)" d="M0,-6 L6,0 L0,6 L-6,0 Z"/>`,
    noise: markup`<rect class="noise" x="2" y="1" width="18" height="12"/>`,
    floor: markup`<line class="floor" x1="11" x2="11" y1="0" y2="14"/>`,
  };
  return markup`<span class="key"><svg width="22" height="14" aria-hidden="true">${pictures[kind]}</svg> ${words}</span>`;
}
