export type Level = "read" | "write" | "admin";

/** Who asks. `id` names the token in logs; it is never the token. */
export type Actor =
  | { readonly kind: "anonymous"; readonly id: null }
  | UserActor
  | InstallationActor
  | { readonly kind: "app"; readonly id: string; readonly appId: number };

interface UserActor {
  readonly kind: "user";
  readonly id: string;
  readonly login: string;
  /** Scopes of a classic token; null: a fine-grained one. */
  readonly scopes: readonly string[] | null;
  /** Permissions of a fine-grained token. */
  readonly permissions: Readonly<Record<string, Level>> | null;
  /** Ids of the repositories of a fine-grained token; null: all. */
  readonly repositories: readonly number[] | null;
}

export interface InstallationActor {
  readonly kind: "installation";
  readonly id: string;
  readonly appId: number;
  readonly installationId: number;
  readonly account: string;
  readonly permissions: Readonly<Record<string, Level>>;
  /** Ids; null: whatever the account has. */
  readonly repositories: readonly number[] | null;
  readonly expiresAtMs: number;
}

export const anonymous: Actor = { kind: "anonymous", id: null };

const order: readonly Level[] = ["read", "write", "admin"];

export const reaches = (has: Level | undefined, needs: Level): boolean =>
  has !== undefined && order.indexOf(has) >= order.indexOf(needs);

/** The login that acts: the user's, or the app's bot. */
export function actingLogin(actor: Actor): string {
  if (actor.kind === "user") return actor.login;
  if (actor.kind === "installation") return `app-${actor.appId}[bot]`;
  return "ghost";
}
