/** Every server is a subpath (`./sshd`, `./git-http`, `./crash`), so that a test loads only what it uses. */
export type { TestSshd } from "./sshd/index.ts";
