/** How thorough a proof is. The defaults are the procedure; less is `reduced`, and is said wherever numbers are shown. */
export interface ProveSettings {
  /** A claim that takes longer ends as `out_of_time`. Default 15. */
  readonly minutesPerClaim: number;
  /** The parent commit's work in one sample takes at least this long. Default 0.5. */
  readonly sampleSeconds: number;
  /** Numbers of pairs at which the samples are looked at, ascending. Default 12, 20, 40. */
  readonly looks: readonly number[];
  /** The chance to err of all looks of a session together. Default 0.01. */
  readonly alpha: number;
  /** Pairs of the parent against itself. Default 12. */
  readonly controlPairs: number;
  /** Pairs of the checks at other sizes and of the start. Default 7. */
  readonly checkPairs: number;
  /** One run of the tests may take this long. Default 5. */
  readonly testMinutes: number;
  /** Installing and building one side may take this long. Default 10. */
  readonly buildMinutes: number;
  /** A second session after a rebuild. Default true. */
  readonly secondSession: boolean;
  /** Base against head over the verified claims' benchmarks. Default true. */
  readonly product: boolean;
  /** Memory that a process of the repository may use. Default 4096. */
  readonly memoryMiB: number;
  /** Where orders, seeds and paddings come from; null: from the system's source of chance, drawn anew for each proof. */
  readonly seed: number | null;
  /** Keep repository code away from network, files and processes as far as this computer lets it. Default true. */
  readonly isolate: boolean;
}

export const DEFAULT_SETTINGS: ProveSettings = {
  minutesPerClaim: 15,
  sampleSeconds: 0.5,
  looks: [12, 20, 40],
  alpha: 0.01,
  controlPairs: 12,
  checkPairs: 7,
  testMinutes: 5,
  buildMinutes: 10,
  secondSession: true,
  product: true,
  memoryMiB: 4096,
  seed: null,
  isolate: true,
};

/** What a demonstration may use: an earlier first look, shorter samples, one session. Proofs made with it say `reduced`. */
export const REDUCED_SETTINGS: Partial<ProveSettings> = {
  minutesPerClaim: 3,
  sampleSeconds: 0.1,
  looks: [10, 20],
  controlPairs: 10,
  checkPairs: 3,
  secondSession: false,
  product: false,
};

/** One optimization of summary.json. */
export interface ClaimRequest {
  /** The claim's place in summary.json, from 0. */
  readonly index: number;
  /** 7 to 40 hex digits; null: the claim names none. */
  readonly commit: string | null;
  readonly function: string;
  readonly file: string;
  readonly description: string;
  /** Old time / new time as claimed; null: no speed-up is claimed. */
  readonly claimedRatio: number | null;
  /** MiB saved as claimed; null: no memory reduction is claimed. */
  readonly claimedMiB: number | null;
  /** `file` lies below `resultsFolder`; `{file}` in `command` becomes its path. */
  readonly benchmark: { readonly file: string; readonly command: string } | null;
}

/** A person's word that a guard of one claim may stand aside. */
export interface GuardRelease {
  /** The claim's commit: 7 to 40 hex digits. */
  readonly commit: string;
  readonly guard: string;
  readonly reason: string;
}

/** What is to be proven, and where everything lies on the measuring machine. */
export interface ProveRequest {
  readonly project: string;
  /** Owner and name, for the report. */
  readonly repo: string;
  /** Path or git URL that this machine can clone. */
  readonly repository: string;
  readonly branch: string;
  /** 40 hex digits: the pushed commit. */
  readonly head: string;
  /** 40 hex digits: where the branch began. */
  readonly base: string;
  readonly claims: readonly ClaimRequest[];
  /** Where the claims' `benchmarks/` lie; null: nowhere. */
  readonly resultsFolder: string | null;
  /** The project's own benchmark, for claims without one. It must obey the same contract. */
  readonly benchmarkCommand: string | null;
  /** python, javascript, typescript, java; null: told from the files. */
  readonly language: string | null;
  /** Override what is found. An empty text means that there is nothing to do. */
  readonly commands?: {
    readonly install?: string | undefined;
    readonly build?: string | undefined;
    readonly test?: string | undefined;
  };
  readonly releases: readonly GuardRelease[];
  readonly settings?: Partial<ProveSettings>;
  /** Nothing of the optimization ever ran on this machine: the proof says so. Default false: it says nothing of that. */
  readonly separateMachine?: boolean;
  /** A folder of the prover's own; made when missing, and left without worktrees. */
  readonly workDir: string;
}

/** True when something of the procedure was left out or shortened. */
export function isReduced(settings: ProveSettings): boolean {
  const full = DEFAULT_SETTINGS;
  return (
    settings.sampleSeconds < full.sampleSeconds ||
    Math.max(...settings.looks) < Math.max(...full.looks) ||
    settings.alpha > full.alpha ||
    settings.controlPairs < full.controlPairs ||
    settings.checkPairs < full.checkPairs ||
    !settings.secondSession
  );
}
