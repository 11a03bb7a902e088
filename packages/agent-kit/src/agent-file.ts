/** A file for the machine: remote-session's `UploadEntry`. */
export interface AgentFile {
  readonly path: string;
  readonly content: string | Buffer | { readonly file: string };
  readonly mode?: number;
}
