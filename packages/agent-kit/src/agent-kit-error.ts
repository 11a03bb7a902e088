/**
 * What went wrong:
 * - `brief_invalid`: a field of the brief (or the URL to clone) is not what the machine's texts can hold safely.
 * - `plugin_missing`, `plugin_invalid`: the Codeflash plugin's folder is not there, or holds what must not travel.
 * - `file_missing`: a campaign's own bootstrap.sh or optimization.md was named and is not there.
 * - `instructions_invalid`: the template has an error; the message has line and column.
 * - `command_missing`: the agent is `command` and has no command.
 * - `unknown_demo_project`: the demonstration agent has no changes for that project.
 * - `demo_upstream_failed`: the folder is taken, or git failed.
 */
export type AgentKitErrorCode =
  | "brief_invalid"
  | "plugin_missing"
  | "plugin_invalid"
  | "file_missing"
  | "instructions_invalid"
  | "command_missing"
  | "unknown_demo_project"
  | "demo_upstream_failed";

/** The one error of this package. Branch on `code`; the message says what to do. */
export class AgentKitError extends Error {
  override readonly name = "AgentKitError";
  readonly code: AgentKitErrorCode;
  /** Always false: each of these wants a change of configuration first. */
  readonly retryable: boolean = false;

  constructor(code: AgentKitErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
