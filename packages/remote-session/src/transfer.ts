/** One file to write on the machine. */
export interface UploadEntry {
  /** Path below the target folder, with `/`. */
  readonly path: string;
  /** The content itself, or a local file to read. */
  readonly content: string | Buffer | { readonly file: string };
  /** Permission bits; default 0o644. */
  readonly mode?: number;
}

/** Files packed once for many machines, by `prepareUpload` of remote-session/ssh. */
export interface PreparedUpload {
  /** The archive. */
  readonly pieces: readonly Buffer[];
  /** Every name is ASCII of up to 100 bytes, which any tar takes. */
  readonly plainNames: boolean;
}

export interface DownloadRequest {
  /** Folder on the machine, relative to home or absolute. */
  readonly directory: string;
  /** Files or folders below `directory`; missing ones are left out of the result. */
  readonly paths: readonly string[];
  readonly toDirectory: string;
  readonly limits?: DownloadLimits;
  readonly signal?: AbortSignal;
}

/** Caps on what a machine may send. */
export interface DownloadLimits {
  /** A larger file is cut to its first bytes and marked; default 256 MiB. */
  readonly maxFileBytes?: number;
  /** Default 1 GiB; what comes after is skipped. */
  readonly maxTotalBytes?: number;
  /** Default 10,000; what comes after is skipped. */
  readonly maxFiles?: number;
}

export interface DownloadResult {
  readonly files: readonly DownloadedFile[];
  /** What was refused or left out, for a person to read. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

export interface DownloadedFile {
  /** Path below `directory`, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** The file is larger than `maxFileBytes`; only its first bytes are here. */
  readonly truncated: boolean;
}
