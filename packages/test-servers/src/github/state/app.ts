import type { Level } from "../auth/actor.ts";

/** A GitHub App with its one installation. */
export interface App {
  readonly id: number;
  readonly clientId: string;
  readonly slug: string;
  /** PEM. */
  readonly publicKey: string;
  readonly installationId: number;
  readonly account: string;
  readonly permissions: Readonly<Record<string, Level>>;
  readonly repositories: "all" | readonly string[];
  readonly createdAt: string;
}
