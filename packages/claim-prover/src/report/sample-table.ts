import type { Session } from "../proof.ts";
import { markup, type Content, type Markup } from "./markup.ts";
import { intervalText, ratioText } from "./words.ts";

/** Looks and raw samples of a session, as they lie in proof.json. */
export function sampleTable(session: Session, unit: "ratio" | "MiB"): Markup {
  const memory = unit === "MiB";
  const measure = memory ? "MiB" : "s";
  const looks = session.looks.map(({ n, k, estimate, interval }) => [
    String(n),
    String(k),
    memory ? `${estimate.toFixed(2)} MiB` : ratioText(estimate),
    memory ? `${interval[0].toFixed(2)} to ${interval[1].toFixed(2)} MiB` : intervalText(interval),
  ]);
  const samples = session.samples.map(([a, b], i) => [
    String(i + 1),
    ...(session.seeds === undefined ? [] : [String(session.seeds[i] ?? "–")]),
    ...(session.scales === undefined ? [] : [String(session.scales[i] ?? "–")]),
    a.toFixed(4),
    b.toFixed(4),
    memory ? (a - b).toFixed(2) : ratioText(a / b),
  ]);
  const titles = [
    "pair",
    ...(session.seeds === undefined ? [] : ["seed"]),
    ...(session.scales === undefined ? [] : ["scale"]),
    `before (${measure})`,
    `after (${measure})`,
    memory ? "saved" : "ratio",
  ];
  return markup`${table(["look at", "k", "median", "interval"], looks)}${table(titles, samples)}`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const cells = (tag: "th" | "td", texts: readonly string[]): Content =>
    texts.map((text) => (tag === "th" ? markup`<th>${text}</th>` : markup`<td>${text}</td>`));
  return markup`<div class="wide"><table><thead><tr>${cells("th", titles)}</tr></thead><tbody>${rows.map(
    (row) => markup`<tr>${cells("td", row)}</tr>`,
  )}</tbody></table></div>`;
}
