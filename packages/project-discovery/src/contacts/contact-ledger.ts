import { randomUUID } from "node:crypto";
import { refuseContact } from "@universe-optimize/project-list";
import { DiscoveryError } from "../errors.ts";
import { openAppendLog } from "../journal/append-log.ts";
import { RefusedCall } from "./call-json.ts";
import type { FoundContact, Quote } from "./contact-source.ts";
import {
  type LedgerState,
  readLedger,
  type OpenReservation,
  personKeys,
  type KeptContact,
} from "./ledger-state.ts";

export interface ContactLedgerOptions {
  /** `contacts.jsonl` in the campaign's folder; made when it is missing. */
  readonly file: string;
  /** Credits that this campaign may cost at each source, those included that are reserved. */
  readonly maxCredits: number;
  readonly now?: () => Date;
}

/**
 * The campaign's book of contacts: what was asked, what it cost, and who belongs to which project. Credits are reserved in the file
 * before a call is made and booked after it, so that a killed process leaves no call that nobody knows of.
 */
export interface ContactLedger extends AsyncDisposable {
  /**
   * Answers a question from the book, or makes the call. It is made once: an answer that never came is no reason to pay twice.
   *
   * @throws DiscoveryError `credits`: the limit is reached; `unsettled`: an earlier try got no answer (see `settle`); what the call throws
   */
  perform<Value>(quote: Quote<Value>, signal?: AbortSignal): Promise<Value>;
  /**
   * Writes down that this person is the contact of a project. The same person for the same project is written once.
   *
   * @throws DiscoveryError `refused`: the person may not be written to; `taken`: the person is another project's contact
   */
  keep(contact: FoundContact, project: string): Promise<KeptContact>;
  /** Whether the person is a contact of another project. */
  isTaken(
    contact: Pick<FoundContact, "email" | "linkedin" | "source" | "personId">,
    project: string,
  ): boolean;
  contactOf(project: string): KeptContact | null;
  contacts(): readonly KeptContact[];
  /** Credits booked and reserved at a source. */
  credits(source: string): { readonly booked: number; readonly reserved: number };
  /** Calls without an answer. */
  open(): readonly OpenReservation[];
  /** A person has looked what an open call cost: books that, and lets the question be asked again. */
  settle(id: string, credits: number): Promise<void>;
}

/** @throws DiscoveryError `busy`, `damaged` */
export async function openContactLedger(options: ContactLedgerOptions): Promise<ContactLedger> {
  const { now = () => new Date(), maxCredits } = options;
  const log = await openAppendLog(options.file);
  const state: LedgerState = readLedger(log.lines);
  const at = (): string => now().toISOString();

  async function reserve(quote: Quote<unknown>): Promise<OpenReservation> {
    const { booked, reserved } = credits(quote.source);
    if (booked + reserved + quote.mostCredits > maxCredits)
      throw new DiscoveryError(
        "credits",
        `${quote.source} has cost ${booked} credits, ${reserved} are reserved, and this may cost ${quote.mostCredits}: more than the ${maxCredits} of this campaign. Raise --max-credits, or settle what is open.`,
      );
    const { source, act, key, mostCredits } = quote;
    const made: OpenReservation = {
      id: randomUUID(),
      source,
      act,
      key,
      credits: mostCredits,
      at: at(),
      request: null,
    };
    await log.append({ t: "reserve", ...made });
    state.open.set(made.id, made);
    return made;
  }

  function credits(source: string): { booked: number; reserved: number } {
    const open = [...state.open.values()].filter((one) => one.source === source);
    return {
      booked: state.booked.get(source) ?? 0,
      reserved: open.reduce((sum, one) => sum + one.credits, 0),
    };
  }

  async function close(reservation: OpenReservation, cost: number, more: object): Promise<void> {
    await log.append({ t: "settled", id: reservation.id, credits: cost, at: at(), ...more });
    state.open.delete(reservation.id);
    state.booked.set(reservation.source, (state.booked.get(reservation.source) ?? 0) + cost);
  }

  async function performOnce<Value>(quote: Quote<Value>, signal: AbortSignal | undefined): Promise<Value> {
    const known = state.answers.get(quote.key);
    if (known !== undefined) return known.value as Value;
    const earlier = [...state.open.values()].find(({ key }) => key === quote.key);
    if (earlier !== undefined && earlier.request === null && !quote.repeatable)
      throw new DiscoveryError(
        "unsettled",
        `A call to ${quote.source} (${quote.act}) of ${earlier.at} got no answer and may have cost ${earlier.credits} credits. Look at the account, then: uo contacts settle ${earlier.id} --credits N`,
      );
    const reservation = earlier ?? (await reserve(quote));
    try {
      const paid = await quote.call({
        begun: reservation.request,
        async noteRequest(request) {
          await log.append({ t: "started", id: reservation.id, request });
          state.open.set(reservation.id, { ...reservation, request });
        },
        signal,
      });
      await close(reservation, paid.credits ?? reservation.credits, {
        estimated: paid.credits === null,
        request: paid.requestId,
        key: quote.key,
        value: paid.value,
      });
      state.answers.set(quote.key, { value: paid.value });
      return paid.value;
    } catch (error) {
      const begun = state.open.get(reservation.id)?.request ?? null;
      const free =
        error instanceof RefusedCall || (quote.mostCredits === 0 && state.open.has(reservation.id));
      // A request that has begun is taken up again, not released: its result may already have been charged.
      if (!free || begun !== null) throw error;
      await log.append({ t: "released", id: reservation.id, at: at(), why: (error as Error).message });
      state.open.delete(reservation.id);
      throw error;
    }
  }

  /** Questions that are being asked: whoever asks the same one waits for its answer. */
  const under = new Map<string, Promise<unknown>>();

  return {
    async perform<Value>(quote: Quote<Value>, signal?: AbortSignal): Promise<Value> {
      const asked = under.get(quote.key) ?? performOnce(quote, signal).finally(() => under.delete(quote.key));
      under.set(quote.key, asked);
      return (await asked) as Value;
    },

    async keep(contact, project) {
      const refusal = refuseContact(contact);
      if (refusal !== null) throw new DiscoveryError("refused", refusal.reason);
      const there = state.contacts.find((one) => one.project === project && samePerson(one.contact, contact));
      if (there !== undefined) return there;
      const other = ownerOf(contact, project);
      if (other !== null)
        throw new DiscoveryError(
          "taken",
          `${contact.name} is the contact of ${other.project} in this campaign. A person is written to once: choose somebody else.`,
        );
      const kept: KeptContact = { project, at: at(), contact };
      await log.append({ t: "contact", ...kept });
      state.contacts.push(kept);
      return kept;
    },

    isTaken: (contact, project) => ownerOf(contact, project) !== null,
    contactOf: (project) => state.contacts.findLast((one) => one.project === project) ?? null,
    contacts: () => state.contacts,
    credits,
    open: () => [...state.open.values()],

    async settle(id, cost) {
      const reservation = state.open.get(id);
      if (reservation === undefined)
        throw new DiscoveryError(
          "invalid",
          `${id} is no open call. 'uo contacts list' shows those that are.`,
        );
      if (!Number.isInteger(cost) || cost < 0 || cost > 1_000_000)
        throw new DiscoveryError("invalid", `${cost} are no credits: give a whole number from 0.`);
      await close(reservation, cost, { byHand: true });
    },

    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };

  function ownerOf(
    contact: Pick<FoundContact, "email" | "linkedin" | "source" | "personId">,
    project: string,
  ): KeptContact | null {
    return state.contacts.find((one) => one.project !== project && samePerson(one.contact, contact)) ?? null;
  }
}

function samePerson(
  one: FoundContact,
  other: Pick<FoundContact, "email" | "linkedin" | "source" | "personId">,
): boolean {
  const keys = new Set(personKeys(one));
  return personKeys(other).some((key) => keys.has(key));
}
