/** A person in Apollo's database. Use example.com; nobody here may be real. */
export interface ApolloPerson {
  readonly id?: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly title: string;
  readonly seniority?: string;
  /** null: Apollo knows none, and charges none. */
  readonly email: string | null;
  readonly linkedinUrl?: string | null;
  /** Domain of the employer, one of `organizations`. */
  readonly domain: string;
  /** ISO country name, as Apollo writes it. */
  readonly country?: string;
}

export interface ApolloOrganization {
  readonly id?: string;
  readonly name: string;
  readonly domain: string;
  /** null: not known. */
  readonly employees: number | null;
}

/** Steps and contacts of a sequence as the server keeps them. */
export interface ApolloSequence {
  readonly id: string;
  name: string;
  active: boolean;
  steps: ApolloStep[];
  contactIds: string[];
}

export interface ApolloStep {
  readonly id: string;
  readonly type: string;
  readonly waitTime: number;
  readonly waitMode: string;
  readonly touches: readonly {
    readonly id: string;
    readonly status: string;
    readonly subject: string;
    readonly bodyHtml: string;
  }[];
}

/** A contact of the account, as the API gives it out. */
export interface ApolloContact {
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly name: string;
  readonly email: string | null;
  readonly title: string | null;
  readonly organization_name: string | null;
  readonly label_names: readonly string[];
  readonly source: "api";
  readonly emailer_campaign_ids: readonly string[];
  readonly created_at: string;
}

export interface ApolloMessage {
  readonly id: string;
  readonly contactId: string;
  readonly subject: string;
  readonly bodyHtml: string;
  readonly to: string | null;
  readonly taskId: string | null;
  status: "drafted" | "scheduled";
}

export interface ApolloTask {
  readonly id: string;
  readonly contactId: string;
  readonly userId: string;
  readonly type: string;
  readonly status: string;
  readonly dueAt: string;
  readonly title: string | null;
  readonly note: string | null;
  readonly priority: string;
}

/** Something that no program of ours may do. */
export interface ApolloViolation {
  /** `send`: a mail would have left; `activate`: a sequence would have begun to send; `key_in_url`: the key was not in a header. */
  readonly kind: "send" | "activate" | "key_in_url";
  readonly method: string;
  readonly path: string;
}
