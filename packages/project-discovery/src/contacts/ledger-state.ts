import { z } from "zod";
import type { FoundContact } from "./contact-source.ts";

export interface OpenReservation {
  readonly id: string;
  readonly source: string;
  readonly act: string;
  readonly key: string;
  /** Reserved. */
  readonly credits: number;
  /** ISO 8601. */
  readonly at: string;
  /** The source's id of the request; null: it never named one. */
  readonly request: string | null;
}

export interface KeptContact {
  /** `owner/name`, or a project's id. */
  readonly project: string;
  /** ISO 8601. */
  readonly at: string;
  readonly contact: FoundContact;
}

/** What the lines of a ledger add up to. */
export interface LedgerState {
  readonly answers: Map<string, { readonly value: unknown }>;
  readonly open: Map<string, OpenReservation>;
  readonly booked: Map<string, number>;
  readonly contacts: KeptContact[];
}

const nullable = z.string().nullable();
const reservation = z.object({
  id: z.string(),
  source: z.string(),
  act: z.string(),
  key: z.string(),
  credits: z.number().min(0),
  at: z.string(),
  request: nullable,
});
const contact = z.object({
  name: z.string(),
  title: z.string(),
  email: nullable,
  linkedin: nullable,
  country: nullable,
  source: z.string(),
  foundAt: z.string(),
  personId: nullable,
});
const line = z.discriminatedUnion("t", [
  reservation.extend({ t: z.literal("reserve") }),
  z.object({ t: z.literal("started"), id: z.string(), request: z.string() }),
  z.object({
    t: z.literal("settled"),
    id: z.string(),
    credits: z.number().min(0),
    key: z.string().optional(),
    value: z.unknown(),
  }),
  z.object({ t: z.literal("released"), id: z.string() }),
  z.object({ t: z.literal("contact"), project: z.string(), at: z.string(), contact }),
]);

/** Adds up the lines, oldest first. A line of a later version is passed over. */
export function readLedger(lines: readonly unknown[]): LedgerState {
  const state: LedgerState = { answers: new Map(), open: new Map(), booked: new Map(), contacts: [] };
  for (const value of lines) {
    const read = line.safeParse(value);
    if (!read.success) continue;
    const { data } = read;
    if (data.t === "contact")
      state.contacts.push({ project: data.project, at: data.at, contact: data.contact });
    if (data.t === "reserve") {
      const { t: _, ...made } = data;
      state.open.set(made.id, made);
    }
    if (data.t === "contact" || data.t === "reserve") continue;
    const open = state.open.get(data.id);
    if (open === undefined) continue;
    if (data.t === "started") {
      state.open.set(data.id, { ...open, request: data.request });
      continue;
    }
    state.open.delete(data.id);
    if (data.t !== "settled") continue;
    state.booked.set(open.source, (state.booked.get(open.source) ?? 0) + data.credits);
    if (data.key !== undefined) state.answers.set(data.key, { value: data.value });
  }
  return state;
}

/** What a person is known by, wherever the contact came from. */
export function personKeys({
  email,
  linkedin,
  source,
  personId,
}: Pick<FoundContact, "email" | "linkedin" | "source" | "personId">): string[] {
  const profile = linkedin
    ?.toLowerCase()
    .replace(/^(?:https?:\/\/)?(?:[a-z]+\.)?linkedin\.com\//u, "")
    .replace(/[?#].*$/u, "")
    .replace(/\/+$/u, "");
  return [
    ...(email === null ? [] : [`email ${email.trim().toLowerCase()}`]),
    ...(profile === undefined || profile === "" ? [] : [`linkedin ${profile}`]),
    ...(personId === null ? [] : [`${source} ${personId}`]),
  ];
}
