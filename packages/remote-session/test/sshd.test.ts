import { connect } from "@universe-optimize/remote-session/ssh";
import { sessionSuite } from "@universe-optimize/remote-session/testing";
import { startSshd } from "@universe-optimize/test-servers/sshd";

sessionSuite({
  name: "OpenSSH",
  connect,
  open: async () => {
    const server = await startSshd();
    const { host, port, username, hostKeys, home, privateKey } = server;
    return { endpoint: { host, port, username, hostKeys, home }, privateKey, cleanup: () => server.stop() };
  },
});
