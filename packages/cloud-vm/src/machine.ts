/** Tags of a machine: exact strings, compared exactly (`job-1` never matches `job-10`). */
export type MachineTags = Readonly<Record<string, string>>;

/** Where and how to reach a machine over SSH. Holds no secret: the private key is the caller's. */
export interface SshEndpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /**
   * Host public keys in OpenSSH form (`ssh-ed25519 AAAA…`), as the provider knows them.
   * A session is refused unless the server presents one of these.
   */
  readonly hostKeys: readonly string[];
  /**
   * Folder to use as HOME on the machine, absolute; null: the login user's own home.
   * Shared hosts set it, so that a run stays inside a folder of its own.
   */
  readonly home: string | null;
}

/** `running` is the only state in which `ssh` can be used. */
export type MachineState = "creating" | "running" | "stopped" | "deleting";

/** A machine as its provider sees it now. */
export interface Machine {
  /** The name that the caller chose; unique within the provider. */
  readonly name: string;
  /** The provider's own identifier (an ARM resource id, a folder, an inventory name). */
  readonly id: string;
  readonly provider: string;
  readonly state: MachineState;
  readonly createdAt: Date;
  readonly tags: MachineTags;
  /** null until the machine is running. */
  readonly ssh: SshEndpoint | null;
  /** true: the provider took the machine back (a spot machine); it is `stopped`, or will be in moments. */
  readonly evicted?: boolean;
  /** What it is made of, where the provider has a choice. */
  readonly placement?: MachinePlacement;
}

/** Which of the provider's offers a machine is. */
export interface MachinePlacement {
  readonly size: string;
  readonly region: string;
  /** null: the region as a whole. */
  readonly zone: string | null;
  /** Cheaper, and taken back by the provider when it needs the room. */
  readonly spot: boolean;
}

/** What to create. The same request again adopts the machine of that name. */
export interface MachineRequest {
  /** 1-63 characters of `a-z`, `0-9` and `-`, beginning with a letter. */
  readonly name: string;
  readonly tags: MachineTags;
  /** The only key that may log in, in OpenSSH form. */
  readonly authorizedKey: string;
}
