import { generateSshKeyPair } from "../keys.ts";

/** A new host key for a machine, and the cloud-init configuration that brings it there. */
export interface HostKeyConfig {
  readonly publicKey: string;
  /** Base64, as Azure's `customData` wants it. Holds the private key, which whoever is root on the machine has anyway. */
  readonly customData: string;
}

/** Made anew for each machine: nothing that could be lost or reused lies on the orchestrator. */
export function makeHostKey(machine: string): HostKeyConfig {
  const pair = generateSshKeyPair(machine);
  return { publicKey: pair.publicKey, customData: Buffer.from(cloudConfig(pair)).toString("base64") };
}

/** https://cloudinit.readthedocs.io/en/latest/reference/modules.html#ssh */
function cloudConfig(pair: { readonly publicKey: string; readonly privateKey: string }): string {
  return [
    "#cloud-config",
    "ssh_deletekeys: true",
    "ssh_genkeytypes: []",
    "ssh_pwauth: false",
    "ssh_keys:",
    "  ed25519_private: |",
    ...pair.privateKey
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`),
    `  ed25519_public: ${pair.publicKey}`,
    "",
  ].join("\n");
}

/** What a machine runs to tell its own host key. */
export const READ_HOST_KEY: readonly string[] = [
  "for key in ed25519 ecdsa rsa; do",
  '  file="/etc/ssh/ssh_host_${key}_key.pub"',
  '  if [ -s "$file" ]; then cat "$file"; exit 0; fi',
  "done",
  'echo "no host key" >&2; exit 1',
];

/** The first host key in what run-command printed; null: there is none. */
export function hostKeyIn(message: string): string | null {
  const match = /^(ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa) ([A-Za-z0-9+/]+={0,2})(?:\s|$)/m.exec(message);
  return match === null ? null : `${match[1]} ${match[2]}`;
}
