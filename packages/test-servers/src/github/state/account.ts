/** A user or an organization. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization";
  readonly name: string | null;
  readonly company: string | null;
  readonly blog: string | null;
  readonly location: string | null;
  readonly email: string | null;
  readonly description: string | null;
  readonly verified: boolean;
  readonly createdAt: string;
  /** Of an organization: logins and roles. */
  readonly members: Map<string, "admin" | "member">;
  /** Of an organization: which repositories may run Actions. */
  actions: "all" | "none" | "selected";
  allowedActions: "all" | "local_only" | "selected";
  readonly selectedForActions: Set<number>;
}
