/** A person in Sumble's database. Use example.com; nobody here may be real. */
export interface SumblePerson {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  /** "Engineering", "Executive" … */
  readonly jobFunction: string;
  /** "Director", "VP", "CXO" … */
  readonly jobLevel: string;
  readonly country: string;
  readonly linkedinUrl: string | null;
  /** null: no address can be revealed, and none is charged. */
  readonly email: string | null;
  readonly organizationId: number;
}

export interface SumbleOrganization {
  readonly id: number;
  readonly name: string;
  /** Domain, such as example.com. */
  readonly url: string;
  /** null: not known; the attribute is left out then. */
  readonly employees: number | null;
  readonly country?: string;
}

/** Attributes of people that a request may select. */
export const PERSON_ATTRIBUTES: readonly string[] =
  "name email phone linkedin_url job_title job_function job_level location country current_employer technologies person_score".split(
    " ",
  );

export const ORGANIZATION_ATTRIBUTES: readonly string[] =
  "id slug name url employee_count industry jobs_count teams_count headquarters_country sumble_score sumble_url parent_id subsidiary_ids tags".split(
    " ",
  );

/** What comes with the base credit. */
export const FREE_ATTRIBUTES: ReadonlySet<string> = new Set(["id", "slug", "name", "url", "sumble_url"]);
