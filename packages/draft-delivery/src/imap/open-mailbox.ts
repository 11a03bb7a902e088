import { rootCertificates } from "node:tls";
import { ImapFlow, type ListResponse } from "imapflow";
import { DeliveryError } from "../errors.ts";
import { imapError } from "./imap-error.ts";
import type { ImapOptions } from "./options.ts";

/** A message to lay into the folder for drafts: what `composeEml` made. */
export interface ImapDraft {
  readonly eml: string;
  /** Without angle brackets. */
  readonly messageId: string;
  /** The value of its X-Universe-Draft. */
  readonly draftId: string;
}

/**
 * - `appended`: it was laid there, marked as a draft
 * - `present`: the same text lay there already
 * - `sent`: somebody has sent it already; nothing was done
 */
export interface ImapPlacement {
  readonly kind: "appended" | "present" | "sent";
  readonly mailbox: string;
  /** null: the server did not say. */
  readonly uid: number | null;
}

/** An open connection to a mailbox. It can lay drafts down and look for them; it cannot send, change or remove a mail. */
export interface DraftMailbox extends AsyncDisposable {
  /** Path of the folder for drafts. */
  readonly mailbox: string;
  /**
   * Lays a draft down, once: it looks by its name and Message-ID first, among drafts and sent mails.
   *
   * @throws DeliveryError `other_version` when an earlier text of the same draft lies there: a person may have changed it, so
   *   a person removes it; `unreachable` (retryable), `refused`
   */
  put(draft: ImapDraft, options?: { readonly signal?: AbortSignal }): Promise<ImapPlacement>;
}

/**
 * Connects with TLS (1.2 or newer, certificate checked), logs in and finds the folder for drafts: the one configured, or the one
 * that the server marks (RFC 6154) or names so.
 *
 * @throws DeliveryError `refused`, `insecure`, `unreachable` (retryable), `no_mailbox`
 */
export async function openDraftMailbox(
  options: ImapOptions,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<DraftMailbox> {
  signal?.throwIfAborted();
  const secure = options.secure ?? true;
  const port = options.port ?? (secure ? 993 : 143);
  const where = `${options.host}:${port}`;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const client = new ImapFlow({
    host: options.host,
    port,
    secure,
    ...(secure ? {} : { doSTARTTLS: true }),
    auth: { user: options.user, pass: options.password },
    tls: {
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(options.ca === undefined ? {} : { ca: [...rootCertificates, options.ca] }),
    },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxLineLength: 1024 * 1024,
    maxLiteralSize: 4 * 1024 * 1024,
    maxResponseSize: 8 * 1024 * 1024,
    clientInfo: { name: "universe-optimize" },
  });
  // Without a listener a broken connection would end the process; the command under way rejects as well.
  client.on("error", () => undefined);
  const close = async (): Promise<void> => {
    await client.logout().catch(() => undefined);
    client.close();
  };
  try {
    return await abortable(client, signal, async () => {
      await client.connect();
      const folders = await client.list();
      const mailbox = draftsFolder(folders, options.mailbox ?? null, where);
      const sent = folders.find(({ specialUse }) => specialUse === "\\Sent")?.path ?? null;
      return {
        mailbox,
        put: (draft, put = {}) =>
          abortable(client, put.signal, () => putDraft(client, mailbox, sent, draft)).catch(
            (error: unknown) => {
              put.signal?.throwIfAborted();
              throw imapError(error, where);
            },
          ),
        [Symbol.asyncDispose]: close,
      };
    });
  } catch (error) {
    client.close();
    signal?.throwIfAborted();
    throw imapError(error, where);
  }
}

/** An aborted signal cuts the connection, at which the command under way fails. */
async function abortable<T>(
  client: ImapFlow,
  signal: AbortSignal | undefined,
  act: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const cut = (): void => client.close();
  signal?.addEventListener("abort", cut, { once: true });
  try {
    return await act();
  } finally {
    signal?.removeEventListener("abort", cut);
  }
}

function draftsFolder(folders: readonly ListResponse[], wanted: string | null, where: string): string {
  const found =
    wanted === null
      ? folders.find(({ specialUse }) => specialUse === "\\Drafts")
      : folders.find(({ path }) => path === wanted);
  if (found !== undefined && !found.flags.has("\\Noselect")) return found.path;
  const names = folders.slice(0, 20).map(({ path }) => path.slice(0, 60));
  throw new DeliveryError(
    `${where} has no ${wanted === null ? "folder that it calls the one for drafts" : `folder ${JSON.stringify(wanted)}`}. Set outreach.imap.mailbox to one of: ${names.join(", ")}.`,
    { code: "no_mailbox" },
  );
}

async function putDraft(
  client: ImapFlow,
  mailbox: string,
  sent: string | null,
  draft: ImapDraft,
): Promise<ImapPlacement> {
  if (sent !== null && sent !== mailbox) {
    const uid = (await find(client, sent, draft)).at(-1);
    if (uid !== undefined) return { kind: "sent", mailbox: sent, uid };
  }
  const there = await find(client, mailbox, draft);
  const same = (await search(client, mailbox, "Message-ID", `<${draft.messageId}>`)).at(-1);
  if (same !== undefined) return { kind: "present", mailbox, uid: same };
  if (there.length > 0) {
    throw new DeliveryError(
      `${mailbox} holds an earlier version of ${draft.draftId} (UID ${there.join(", ")}), which somebody may have changed. Remove it there and push again.`,
      { code: "other_version" },
    );
  }
  // With a folder open for reading the client would leave out the flags, since there they cannot be set.
  await client.mailboxClose();
  const answer = await client.append(mailbox, Buffer.from(draft.eml, "latin1"), ["\\Draft", "\\Seen"]);
  if (answer === false)
    throw new DeliveryError(
      `${mailbox} did not take the draft. Look whether the folder can be written, and push again.`,
      {
        code: "unexpected",
      },
    );
  return { kind: "appended", mailbox, uid: answer.uid ?? null };
}

async function find(client: ImapFlow, folder: string, draft: ImapDraft): Promise<number[]> {
  const byName = await search(client, folder, "X-Universe-Draft", draft.draftId);
  return byName.length > 0 ? byName : await search(client, folder, "Message-ID", `<${draft.messageId}>`);
}

/** UIDs of the messages whose header is exactly this. IMAP's search finds what holds the words, so that email_1 would be found for email_10. */
async function search(client: ImapFlow, folder: string, header: string, value: string): Promise<number[]> {
  const lock = await client.getMailboxLock(folder, { readOnly: true });
  try {
    const found = (await client.search({ header: { [header]: value } }, { uid: true })) || [];
    const uids: number[] = [];
    for (const uid of found.slice(-50)) {
      const message = await client.fetchOne(String(uid), { headers: [header] }, { uid: true });
      if (!message) continue;
      const text = (message.headers?.toString("latin1") ?? "").replace(/\r?\n[ \t]+/g, " ");
      if (text.slice(text.indexOf(":") + 1).trim() === value) uids.push(uid);
    }
    return uids;
  } finally {
    lock.release();
  }
}
