import type { ClaimLabel, ReasonCode, Session } from "../proof.ts";

export const LABEL_WORDS: Readonly<Record<ClaimLabel, string>> = {
  verified: "Verified",
  not_reproduced: "Not reproduced",
  unverifiable: "Unverifiable",
};

/** What a reader who has not read the procedure needs to know of a reason. */
export const REASON_WORDS: Readonly<Record<ReasonCode, string>> = {
  proven: "Every check held.",
  proven_restated: "Every check held; the measured figure replaces the greater one that was claimed.",
  no_gain: "It was measured, and the gain was not surely above what is required.",
  correctness: "A test that passed before the commit fails after it.",
  output_differs: "The results differ from those of the code before the commit.",
  ablation: "Without this commit the gain stays, so the gain is not this commit's.",
  evidence: "The commit is not what the claim says it is.",
  not_scaling: "The gain does not grow with the work: results are kept, or work was moved to the start.",
  no_workload: "There is nothing that could be run to measure it.",
  workload_failed: "The benchmark does not work before the commit, or says too little of its results.",
  build_failed: "One of the two versions could not be built.",
  unstable: "The measurement was too noisy to tell.",
  guarded: "It was measured, but something about the change is for a person to judge first.",
  out_of_time: "The time for one claim was over before it was settled.",
  failed: "The measuring program itself failed.",
};

export const SESSION_WORDS: Readonly<Record<Session["kind"], string>> = {
  control: "Control: the old code against itself",
  gain: "Gain: before against after the commit",
  ablation: "Taken back at the branch’s head",
  memory: "Peak memory: before against after the commit",
  product: "Everything together: before the branch against its head",
};

/** "1.64x"; beyond what can be meant, how far. */
export function ratioText(ratio: number): string {
  if (!Number.isFinite(ratio)) return "–";
  if (Math.abs(ratio) >= 1000) return ratio > 0 ? "over 1000x" : "below -1000x";
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`;
}

/** "1.58x to 1.80x", rounded away from the middle: an interval is never shown narrower than it is. */
export function intervalText([lower, upper]: readonly [number, number]): string {
  return `${ratioText(Math.floor(lower * 100) / 100)} to ${ratioText(Math.ceil(upper * 100) / 100)}`;
}

export function mebibytesText([lower, upper]: readonly [number, number]): string {
  return `${(Math.floor(lower * 10) / 10).toFixed(1)} to ${(Math.ceil(upper * 10) / 10).toFixed(1)} MiB`;
}

/** "45 s", "3 min 20 s" */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return seconds < 10 ? `${seconds.toFixed(1)} s` : `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "2026-11-22 05:41 UTC" */
export function momentText(iso: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}
