import { DeliveryError } from "../errors.ts";

/** Whose mailbox drafts are laid into. */
export interface ImapOptions {
  readonly host: string;
  /** Default 993 with `secure`, else 143. */
  readonly port?: number;
  /** TLS from the first byte (default), or STARTTLS, without which nobody logs in. */
  readonly secure?: boolean;
  readonly user: string;
  readonly password: string;
  /** The folder for drafts; null or absent: the one that the server calls that. */
  readonly mailbox?: string | null;
  /** Certificates (PEM) to trust besides the system's: a company's own server. */
  readonly ca?: string;
  /** Milliseconds for connecting, and for silence later; default 30,000. */
  readonly timeoutMs?: number;
}

/**
 * The mailbox's password from the environment, IMAP_PASSWORD.
 *
 * @throws DeliveryError `no_password`
 */
export function imapPassword(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const password = environment["IMAP_PASSWORD"] ?? "";
  if (password !== "") return password;
  throw new DeliveryError(
    "IMAP_PASSWORD is not set. Set it in the environment or in .env; most providers want an app password for this.",
    { code: "no_password" },
  );
}
