export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
}

/** An answer of ARM that refuses: status, `error.code`, `error.message`. */
export class ArmError extends Error {
  override readonly name = "ArmError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: readonly ErrorDetail[];

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: readonly ErrorDetail[] = [],
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

/** The body that ARM sends with it. */
export function errorBody({ code, message, details }: ArmError): object {
  return { error: { code, message, ...(details.length === 0 ? {} : { details }) } };
}
