/** An answer of ARM that refuses: status, `error.code`, `error.message`. */
export class ArmError extends Error {
  override readonly name = "ArmError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The body that ARM sends with it. */
export function errorBody(error: { readonly code: string; readonly message: string }): object {
  return { error: { code: error.code, message: error.message } };
}
