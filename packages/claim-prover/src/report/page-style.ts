import { Markup } from "./markup.ts";

/** Of the whole page. Verdicts differ in shape and word too, not in colour alone. */
export const PAGE_STYLE: Markup = new Markup(`
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --ground: #ffffff; --card: #f7f8fa;
  --good: #14724a; --bad: #b3352c; --open: #8a5a00; --whole: #2457a6; --noise: #c9d0da; --notice: #fff5db; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #333c49; --ground: #12161c; --card: #1a2028;
  --good: #4cc38a; --bad: #f0776c; --open: #e0a940; --whole: #7fb0ff; --noise: #39434f; --notice: #33290f; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--ground);
  max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 3rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
h4 { font-size: .95rem; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
small, .under, .where, figcaption, footer { color: var(--soft); }
small, figcaption { font-size: .85rem; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .2em; }
.over { text-transform: uppercase; letter-spacing: .08em; font-size: .78rem; font-weight: 600; color: var(--soft); margin: 0 0 .25rem; }
.lead { font-size: 1.25rem; margin: .6rem 0 .2rem; }
.under { margin: 0; }
.notice { background: var(--notice); border-left: 4px solid var(--open); padding: .6rem .9rem; margin: 1.25rem 0; }
figure { margin: 0; }
svg { display: block; }
svg.plot { width: 100%; overflow: visible; }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--soft); }
.grid, .one { stroke: var(--line); stroke-width: 1; }
.one { stroke: var(--soft); stroke-width: 1.5; }
.noise { fill: var(--noise); opacity: .6; }
.floor { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 3 3; }
path.claim { fill: var(--ground); stroke: var(--ink); stroke-width: 1.6; }
.intervals { margin: 2rem 0 0; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.intervals path.claim { fill: var(--card); }
.row { display: grid; grid-template-columns: minmax(6rem, 13rem) 1fr minmax(7rem, 9rem); gap: 0 1.25rem; align-items: center; }
.row .name { overflow-wrap: anywhere; font-size: .92rem; line-height: 1.25; }
.row .value { font-size: .92rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.row .value small { display: block; }
.interval, .bound { stroke: var(--hue); stroke-width: 2.5; }
.estimate, .sample { fill: var(--hue); }
.verified, .key { --hue: var(--good); } .not_reproduced { --hue: var(--bad); } .unverifiable { --hue: var(--open); } .product { --hue: var(--whole); }
.key { --hue: var(--soft); }
.verified small, .not_reproduced .value small, .unverifiable .value small { color: var(--soft); }
.row .value b { color: var(--hue); }
.unverifiable .interval { stroke-dasharray: 5 3; }
.not_reproduced .estimate { fill: var(--card); stroke: var(--hue); stroke-width: 2; }
.intervals figcaption { margin-top: .75rem; line-height: 1.7; }
.key { display: inline-flex; align-items: center; gap: .4rem; margin-right: 1.1rem; }
.key svg { flex: none; }
section.claim { border: 1px solid var(--line); border-left: 4px solid var(--hue); border-radius: 8px; padding: 1rem 1.25rem; margin: 1.25rem 0; }
section.claim > header { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; }
.number { color: var(--soft); font-weight: 400; margin-right: .25rem; }
.badge { flex: none; font-size: .82rem; font-weight: 600; color: var(--hue); border: 1.5px solid var(--hue); border-radius: 99px; padding: .05rem .65rem; }
.where { margin: 0; font-size: .9rem; }
.guards { background: var(--card); border-radius: 6px; padding: .1rem 1rem .5rem; margin: .75rem 0; }
.guards h4 { margin: .6rem 0 0; } .guards ul { margin: .25rem 0; padding-left: 1.1rem; } .guards li { overflow-wrap: anywhere; }
.release { color: var(--good); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .15rem 2rem; margin: 1rem 0; font-size: .92rem; }
dl div { display: flex; gap: .75rem; justify-content: space-between; border-bottom: 1px solid var(--line); padding: .2rem 0; }
dt { color: var(--soft); flex: none; } dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; font-variant-numeric: tabular-nums; }
dl.codes { display: block; margin-top: -.6rem; } dl.codes div { justify-content: flex-start; } dl.codes dt { width: 6rem; } dl.codes dd { text-align: left; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem 2rem; margin: 1.25rem 0 .5rem; }
.samples { --hue: var(--whole); } .samples.control { --hue: var(--soft); }
.samples figcaption b { display: block; color: var(--ink); font-weight: 600; }
.canvas { display: flex; gap: .25rem; margin-top: .35rem; } .canvas svg:first-child { flex: none; } .canvas .plot { flex: 1; min-width: 0; }
.sample { fill-opacity: .75; }
.band { fill: var(--hue); opacity: .16; }
.median { stroke: var(--hue); stroke-width: 1.5; stroke-dasharray: 6 3; }
details { margin-top: .75rem; font-size: .92rem; } summary { cursor: pointer; color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .1rem .9rem .1rem 0; border-bottom: 1px solid var(--line); } th { font-weight: 600; color: var(--soft); white-space: nowrap; }
.steps li { margin: .3rem 0; }
footer { margin-top: 2.5rem; font-size: .9rem; }
@media (max-width: 40rem) {
  body { padding: 1.5rem .9rem 3rem; }
  .intervals, section.claim { padding: .8rem .85rem; }
  .row { grid-template-columns: 1fr auto; padding-top: .5rem; }
  .row .plot { grid-column: 1 / -1; grid-row: 2; } .row .value { text-align: right; }
  .row.axis { padding-top: 0; }
}
@media print {
  :root { --ink: #000; --soft: #444; --line: #ccc; --ground: #fff; --card: #fff; --good: #14724a; --bad: #b3352c; --open: #8a5a00; --whole: #2457a6; --noise: #d5d9df; --notice: #fff; color-scheme: light; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10.5pt; max-width: none; padding: 0; }
  .row, figure.samples, .guards, dl div { break-inside: avoid; } h2, h3, section.claim > header { break-after: avoid; } details { display: none; }
}
`);
