import { createInterface } from "node:readline";

import { controlNames } from "./control/control-names.ts";
import { serveControl } from "./control/control-server.ts";
import type { GitHubControl } from "./control/control.ts";
import type { GitHubOptions } from "./options.ts";
import { startGitHub } from "./start-github.ts";

// An emulator in a process of its own: options as a line on standard input, addresses as a line on standard output. It ends
// with its input, which is to say with the process that started it.
const lines = createInterface({ input: process.stdin });
lines.once("line", (line) => {
  void start(JSON.parse(line) as GitHubOptions);
});

async function start(options: GitHubOptions): Promise<void> {
  const server = await startGitHub(options);
  lines.once("close", () => void server.dispose().then(() => process.exit(0)));
  const control = Object.fromEntries(
    controlNames.map((name) => [name, server[name]]),
  ) as unknown as GitHubControl;
  const { serverUrl, apiUrl, port } = server;
  const addresses = { access: { serverUrl, apiUrl, port }, control: await serveControl(control) };
  process.stdout.write(`${JSON.stringify(addresses)}\n`);
}
