import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { localProvider } from "@universe-optimize/cloud-vm/local";
import { connect } from "@universe-optimize/remote-session/ssh";
import { sessionSuite } from "@universe-optimize/remote-session/testing";

// What a session promises must hold on local machines too, whose SSH server is not OpenSSH.
sessionSuite({
  name: "cloud-vm/local",
  connect,
  async open() {
    const directory = await mkdtemp(join(tmpdir(), "session-on-local-"));
    const provider = localProvider({ directory });
    const { publicKey, privateKey } = generateSshKeyPair("test");
    const machine = await provider.create({ name: "session", tags: {}, authorizedKey: publicKey });
    if (machine.ssh === null) throw new Error("the machine has no address");
    return {
      endpoint: machine.ssh,
      privateKey,
      async cleanup() {
        await provider.destroy("session");
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
});
