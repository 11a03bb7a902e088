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
  /**
   * Files that equal ours below `toDirectory`, by size and SHA-256, are not sent but listed as `unchanged`. Nothing is
   * kept about them: our files are the record, so that one that was lost or edited here comes again. Default false.
   */
  readonly skipUnchanged?: boolean;
  /**
   * Files below `directory` that only grow, such as logs: what comes after the end of ours is sent and appended to it,
   * and listed as `grown`. When the machine's file is another one (shorter, or not the same before our end), ours is kept
   * beside it as `NAME.1`, `NAME.2` … `NAME.9` and the new one begins. `maxFileBytes` bounds the whole file.
   */
  readonly appendOnly?: readonly string[];
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
  /** Asked for with `skipUnchanged`, and the same here already. */
  readonly unchanged?: readonly string[];
  /** What became of the files in `appendOnly` that the machine has. */
  readonly grown?: readonly GrownFile[];
}

export interface GrownFile {
  /** Path below `directory`, with `/`. */
  readonly path: string;
  /** Bytes that were appended now. */
  readonly addedBytes: number;
  /** Our file's size. */
  readonly bytes: number;
  /** The machine's file was larger when it was read: the rest comes with another call, or `maxFileBytes` is reached. */
  readonly more: boolean;
  /** Where ours was kept, as the machine's file is another one; null: it is the same file. */
  readonly keptAs: string | null;
}

export interface DownloadedFile {
  /** Path below `directory`, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** The file is larger than `maxFileBytes`; only its first bytes are here. */
  readonly truncated: boolean;
}
