export { generateSshKeyPair, type SshKeyPair } from "./key-pair.ts";
export { startSshd, type StartSshdOptions, type TestSshd } from "./sshd.ts";
