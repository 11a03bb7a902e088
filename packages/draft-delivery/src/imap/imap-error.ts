import { DeliveryError } from "../errors.ts";

interface ImapFailure {
  readonly code?: string;
  readonly authenticationFailed?: boolean;
  readonly serverResponseCode?: string;
  readonly responseText?: string;
}

/** What went wrong, with what to do. The server's words are data: one line, short, without control characters. */
export function imapError(cause: unknown, where: string): DeliveryError {
  if (cause instanceof DeliveryError) return cause;
  const failure: ImapFailure = cause instanceof Error ? (cause as Error & ImapFailure) : {};
  const words = (failure.responseText ?? (cause instanceof Error ? cause.message : "unknown error"))
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 200);
  if (failure.authenticationFailed === true)
    return new DeliveryError(
      `${where} refused the login (${words}). Check outreach.imap.user and IMAP_PASSWORD; many providers want an app password.`,
      { code: "refused", cause },
    );
  const code = failure.code ?? "";
  if (
    /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|SSL|STARTTLS|UPGRADE/i.test(code) ||
    /STARTTLS|\bTLS\b|certificate/i.test(words)
  )
    return new DeliveryError(
      `${where} gave no connection that can be trusted (${words}). Set secure and port as the provider says; for an own certificate authority give its certificate.`,
      { code: "insecure", cause },
    );
  if (failure.serverResponseCode === "OVERQUOTA")
    return new DeliveryError(`${where} has no room (${words}). Delete mails there and push again.`, {
      code: "refused",
      cause,
    });
  return new DeliveryError(
    `${where} did not answer as an IMAP server should (${words}). Try again in a minute.`,
    {
      code: "unreachable",
      retryable: true,
      cause,
    },
  );
}
