export type ProjectLanguage = "python" | "javascript" | "typescript" | "java";

/** The person whom the e-mails address. */
export interface TargetContact {
  readonly name: string;
  readonly title: string;
  /** null: not known yet; drafts are made, but cannot be marked as sent. */
  readonly email: string | null;
  readonly linkedin: string | null;
  /** Where the contact comes from ("manual", "apollo", "sumble" …): GitHub and git data are refused. */
  readonly source: string;
  /** Day on which the source was asked, `YYYY-MM-DD`; null: not noted. */
  readonly found_at?: string | null;
  /** Country of the person, ISO 3166 alpha-2 in capitals; null: not known. What may be written depends on it. */
  readonly country?: string | null;
}

/** One entry of projects.json. */
export interface Project {
  /** 1-60 characters of `a-z`, `0-9`, `-`, `_` and `.`, beginning with a letter or digit; also the folder's name. */
  readonly id: string;
  /** `owner/name`. */
  readonly repo: string;
  /** Git URL or path of the repository where it is not `repo` on GitHub; relative paths: from the campaign's folder. */
  readonly upstream: string | null;
  readonly language: ProjectLanguage;
  readonly stars: number | null;
  readonly description: string;
  readonly company: string | null;
  readonly domain: string | null;
  readonly target_contact: TargetContact | null;
  /** Model for this project's agent instead of the campaign's; null: the campaign's. */
  readonly model: string | null;
  readonly why_selected: string;
}

/** projects.json as read. */
export interface ProjectList {
  readonly file: string;
  readonly projects: readonly Project[];
}
