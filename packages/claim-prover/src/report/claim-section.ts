import { gainFloor } from "../claim/thresholds.ts";
import type { GuardHit, ProvenClaim, Session } from "../proof.ts";
import { markup, type Content, type Markup } from "./markup.ts";
import { samplePlot } from "./sample-plot.ts";
import { sampleTable } from "./sample-table.ts";
import {
  durationText,
  intervalText,
  LABEL_WORDS,
  mebibytesText,
  ratioText,
  REASON_WORDS,
  SESSION_WORDS,
} from "./words.ts";

/** Everything about one claim: the verdict and why, the figures, guards, pictures, and every sample. */
export function claimSection(claim: ProvenClaim): Markup {
  const number = claim.index + 1;
  const shared = claim.sessions
    .filter((session) => unitOf(session, claim) === "ratio")
    .flatMap(({ samples }) => samples.map(([a, b]) => a / b));
  return markup`<section class="claim ${claim.label}" id="claim-${number}">
<header><h3><span class="number">${number}</span> <code>${claim.function || "(no function named)"}</code></h3><span class="badge">${LABEL_WORDS[claim.label]}</span></header>
<p class="where">${claim.file || "no file named"}</p>
<p class="reason"><b>${REASON_WORDS[claim.reason]}</b> <small>(${claim.reason})</small></p>
<p>${claim.explanation}</p>
${guardList(claim.guards)}
${facts(claim)}
${claim.sessions.length === 0 ? null : markup`<div class="pictures">${claim.sessions.map((session) => samplePlot(session, unitOf(session, claim), { ratios: shared, title: titleOf(session, claim.sessions) }))}</div>`}
${claim.sessions.length === 0 ? null : details(claim)}
</section>
`;
}

/** A claim of memory alone has no ratio, so what taking it back costs is memory too. */
function unitOf(session: Session, claim: ProvenClaim): "ratio" | "MiB" {
  const memoryOnly = claim.interval === null && claim.intervalMiB !== null;
  return session.kind === "memory" || (session.kind === "ablation" && memoryOnly) ? "MiB" : "ratio";
}

/** Two sessions of a kind are told apart by their number. */
function titleOf(session: Session, all: readonly Session[]): string {
  const same = all.filter(({ kind }) => kind === session.kind);
  return `${SESSION_WORDS[session.kind]}${same.length > 1 ? `, ${same.indexOf(session) + 1} of ${same.length}` : ""}`;
}

function guardList(guards: readonly GuardHit[]): Markup | null {
  if (guards.length === 0) return null;
  return markup`<div class="guards"><h4>${guards.some(({ released }) => released === null) ? "For a person to judge" : "Judged by a person"}</h4><ul>${guards.map(
    ({ code, message, where, released }) =>
      markup`<li class="${released === null ? "standing" : "released"}">${message} <small>${code}${where === null ? null : markup`, <code>${where}</code>`}</small>${
        released === null ? null : markup`<br><span class="release">Released: ${released}</span>`
      }</li>`,
  )}</ul></div>`;
}

function facts(claim: ProvenClaim): Markup {
  const rows: (readonly [string, Content])[] = [
    ["Claimed", claim.claimed === null ? "no speed-up" : ratioText(claim.claimed)],
  ];
  if (claim.interval !== null) rows.push(["Measured, interval", intervalText(claim.interval)]);
  if (claim.intervalMiB !== null) rows.push(["Memory saved, interval", mebibytesText(claim.intervalMiB)]);
  if (claim.quoted !== null) rows.push(["May be quoted", markup`<b>${ratioText(claim.quoted)}</b>`]);
  if (claim.quotedMiB !== null)
    rows.push(["May be quoted", markup`<b>${String(claim.quotedMiB)} MiB less</b>`]);
  if (claim.noiseFloor !== null) {
    rows.push(
      ["Noise of the machine", `±${(claim.noiseFloor * 100).toFixed(1)} %`],
      ["Lower end must reach", ratioText(gainFloor(claim.noiseFloor))],
    );
  }
  rows.push(["Time taken", durationText(claim.seconds)]);
  const codes = [
    ["Commit", claim.commit ?? "none"],
    ...Object.entries(claim.commands).map(([purpose, command]) => [
      `${purpose[0]?.toUpperCase() ?? ""}${purpose.slice(1)}`,
      command,
    ]),
  ];
  return markup`<dl>${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl><dl class="codes">${codes.map(
    ([name = "", value = ""]) => markup`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`,
  )}</dl>`;
}

function details(claim: ProvenClaim): Markup {
  const count = claim.sessions.reduce((sum, { samples }) => sum + samples.length, 0);
  return markup`<details><summary>Looks, seeds and all ${String(count)} pairs</summary>${claim.sessions.map(
    (session) => {
      const unit = unitOf(session, claim);
      return markup`<h4>${titleOf(session, claim.sessions)}</h4>
<p>Seed ${String(session.seed)}, scale ${String(session.scale)}.</p>
${sampleTable(session, unit)}`;
    },
  )}</details>`;
}
