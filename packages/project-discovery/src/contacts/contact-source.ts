/** A company as a source knows it. */
export interface Company {
  /** The source's own id. */
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** null: the source does not know. */
  readonly employees: number | null;
}

/** Somebody who works there, before an address was asked for. */
export interface Person {
  /** The source's own id. */
  readonly id: string;
  /** As far as the source tells it; Apollo hides last names in a search. */
  readonly name: string;
  readonly title: string;
  /** null: the source does not say. */
  readonly hasEmail: boolean | null;
}

/** A person to write to. */
export interface FoundContact {
  readonly name: string;
  readonly title: string;
  readonly email: string | null;
  readonly linkedin: string | null;
  /** Two capitals (ISO 3166); null: not known. */
  readonly country: string | null;
  /** Where the contact comes from: "sumble", "apollo", or what a person wrote. GitHub and git data are refused. */
  readonly source: string;
  /** Day on which the source was asked, `YYYY-MM-DD`. */
  readonly foundAt: string;
  /** The source's id of the person; null: entered by hand. */
  readonly personId: string | null;
}

/** Answer of a call that may have cost credits. */
export interface Paid<Value> {
  readonly value: Value;
  /** What it cost, as the source says; null: it does not, and what was reserved counts. */
  readonly credits: number | null;
  /** The source's id of the request; null: it has none. */
  readonly requestId: string | null;
}

/** What a call gets from whoever books it. */
export interface Booking {
  /** Request that an earlier, interrupted try had begun; null: begin. */
  readonly begun: string | null;
  /** To be awaited as soon as the source has named its request, before anything else is asked. */
  readonly noteRequest: (requestId: string) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** A call that has not been made: what it would cost at most, and how to make it. A `ContactLedger` makes it. */
export interface Quote<Value> {
  readonly source: string;
  /** "company", "people", "reveal": for people to read. */
  readonly act: string;
  /** The same question has the same key: it is asked once a campaign. */
  readonly key: string;
  /** Credits that it costs at most. */
  readonly mostCredits: number;
  /**
   * Whether a call without an answer may simply be made again, because it costs nothing until its request is known.
   * Otherwise a person looks first.
   */
  readonly repeatable: boolean;
  readonly call: (booking: Booking) => Promise<Paid<Value>>;
}

/** The one port behind which contacts are found. An adapter describes its calls, and never makes one by itself. */
export interface ContactSource {
  readonly name: string;
  /** The company of a domain; null: the source knows none. */
  company(wanted: { readonly name: string; readonly domain: string }): Quote<Company | null>;
  /** People of it who may decide, best first as far as the source tells. */
  people(
    company: Company,
    wanted: { readonly titles: readonly string[]; readonly limit: number },
  ): Quote<readonly Person[]>;
  /** The person's full name and address; null: the source no longer knows the person. */
  reveal(person: Person, company: Company): Quote<FoundContact | null>;
}
