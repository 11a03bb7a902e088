/** Something worth telling a person; nothing depends on it. */
export interface AzureEvent {
  readonly kind:
    | "creating"
    | "adopted"
    | "capacity_blocked"
    | "cleaning_up"
    | "running"
    | "waiting"
    | "destroying"
    | "destroy_retried"
    | "destroyed"
    | "throttled"
    | "network_changed"
    | "warning";
  /** null: not of one machine. */
  readonly machine: string | null;
  readonly message: string;
}
