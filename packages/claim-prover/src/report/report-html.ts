import type { Proof } from "../proof.ts";
import { claimSection } from "./claim-section.ts";
import { intervalPlot } from "./interval-plot.ts";
import { markup, type Markup } from "./markup.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { samplePlot } from "./sample-plot.ts";
import { durationText, intervalText, momentText, ratioText, SESSION_WORDS } from "./words.ts";

/**
 * The proof as one self-contained page for the people whose project was optimized: no script, nothing from elsewhere, light and dark,
 * readable on a telephone and on paper. Every text of the proof is data: its control characters are removed and it is escaped.
 */
export function reportHtml(proof: Proof): string {
  const verified = proof.claims.filter(({ label }) => label === "verified").length;
  const title = `${proof.repo || proof.project}: ${verified} of ${proof.claims.length} verified`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header class="page">
<p class="over">Measured again</p>
<h1>${proof.repo || proof.project}</h1>
<p class="lead"><b>${verified} of ${proof.claims.length}</b> claimed ${proof.claims.length === 1 ? "optimization" : "optimizations"} verified</p>
<p class="under">From <code>${proof.base.slice(0, 12)}</code> to <code>${proof.head.slice(0, 12)}</code>, measured ${momentText(proof.startedAt)}</p>
</header>
${
  proof.reduced
    ? markup`<p class="notice"><b>A reduced proof.</b> It was made with fewer or shorter measurements than the full procedure asks for.</p>`
    : null
}
${proof.claims.length === 0 ? markup`<p>No optimization was claimed.</p>` : intervalPlot(proof)}
${product(proof)}
${howMeasured(proof)}
<h2>Claim by claim</h2>
${proof.claims.map(claimSection)}
${machine(proof)}
</body>
</html>
`.html;
}

function product({ product: whole }: Proof): Markup | null {
  if (whole === null) return null;
  const words =
    whole.quoted === null
      ? `The verified changes together are not surely faster: ${intervalText(whole.interval)}.`
      : `The verified changes together: ${ratioText(whole.quoted)}, interval ${intervalText(whole.interval)}, over the sum of their benchmarks.`;
  return markup`<section id="product"><h2>Everything together</h2><p>${words}</p>
<div class="pictures">${samplePlot(whole.session, "ratio", { ratios: whole.session.samples.map(([a, b]) => a / b), title: SESSION_WORDS.product })}</div></section>`;
}

function howMeasured(proof: Proof): Markup {
  return markup`<h2>How it was measured</h2>
<p>${proof.method}</p>
<ol class="steps">
<li><b>Evidence.</b> The commit must be on the pushed branch, change something, and touch the file that the claim names.</li>
<li><b>The same footing.</b> The code before the commit and the code with it are built the same way, with the tests, lock files and build hooks from before.</li>
<li><b>The same results.</b> Every run gets inputs from a seed that the author of the change could not know, and prints a digest of its results. Both versions must print the same; the project’s own tests must pass as they did before.</li>
<li><b>The machine’s noise first.</b> The old code is measured against itself. A gain has to be above twice the noise that this shows, and above 1.05x.</li>
<li><b>Pairs, not series.</b> Old and new run in turn, in random order, each in a fresh process, so that what slows the machine down slows both. Only the measuring program’s own clock counts.</li>
<li><b>An interval without assumptions.</b> The median of the pairs’ ratios, with bounds from their order. A claim counts only if the lower bound is above what is required; what is quoted is rounded down.</li>
<li><b>Does it go with the work?</b> At twice the size the gain must stay, and the start must not have become slower; the processor time of all processes must agree with the clock.</li>
<li><b>Taken back.</b> Without the commit at the end of the branch, the gain must vanish.</li>
</ol>`;
}

function machine({ machine: computer, prover, project, startedAt, finishedAt }: Proof): Markup {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const rows = [
    ["Processor", `${computer.cpu}, ${computer.cores} ${computer.cores === 1 ? "core" : "cores"}`],
    ["Memory", `${(computer.memoryMiB / 1024).toFixed(1)} GiB`],
    ["System", computer.kernel],
    ...Object.entries(computer.tools).map(([name, version]) => [name, version]),
    ["Measuring program", `claim-prover ${prover}`],
    ["Project", project],
    ["Time taken", durationText(seconds)],
  ] as const;
  return markup`<h2>Machine and isolation</h2>
<dl>${rows.map(([name = "", value = ""]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<ul>${computer.isolation.map((sentence) => markup`<li>${sentence}</li>`)}</ul>
<footer>All samples, seeds and commands lie in the proof.json that belongs to this page.</footer>`;
}
