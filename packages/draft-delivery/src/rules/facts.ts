import type { Sender } from "@universe-optimize/email-renderer";
import type { Suppression } from "./suppression.ts";

/** Everything that decides whether a mail may be approved and delivered. */
export interface OutreachFacts {
  readonly campaign: string;
  readonly projectId: string;
  readonly draft: {
    /** The contact's address; null: not known. */
    readonly recipient: string | null;
    /** As it goes out: after `threadedEmail`. */
    readonly subject: string;
    readonly body: string;
    /** A newer generated text lies beside the edited one. */
    readonly conflict: boolean;
  };
  /** Message-ID of the mail that this one answers; null: none is recorded. */
  readonly inReplyTo: string | null;
  /** `outreach.sender` of the configuration. */
  readonly sender: Sender;
  /** What `refuseContact` of project-list says; null: the contact's origin allows it. */
  readonly contactRefusal: { readonly code: string; readonly reason: string } | null;
  /** ISO 3166 code of the person's country; null: not known. */
  readonly country: string | null;
  readonly countryPolicy: {
    /** `outreach.allowedCountries`. */
    readonly allowedCountries: readonly string[];
    /** A person's word for this contact, with a reason; null: none. */
    readonly override: { readonly by: string; readonly reason: string } | null;
  };
  readonly suppressions: readonly Suppression[];
  /** Mails to people of other projects or campaigns, approved or delivered. */
  readonly otherMails: readonly {
    readonly campaign: string;
    readonly projectId: string;
    readonly recipient: string;
  }[];
  readonly proof: {
    /** What email-context says of the numbers. */
    readonly basis: "proven" | "unproven";
    readonly gate: { readonly pass: boolean; readonly reasons: readonly string[] };
  };
  /** What `draftExpiry` of email-context says. */
  readonly expiry: { readonly expired: boolean; readonly reason: string };
  /**
   * `figuresOf` the proven context, as built and before any edit, and of the template: a mail may say these. null or absent:
   * not looked at.
   */
  readonly knownFigures?: readonly string[] | null;
  /** Why the run's results are held back (a secret in the branch); null: they are not. */
  readonly heldBack?: string | null;
}

/** A person's word that a text may go to a recipient. */
export interface Approval {
  /** `draftHash` of what was approved. */
  readonly sha256: string;
}
