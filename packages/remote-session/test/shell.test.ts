import { expect, onTestFinished, test } from "vitest";
import { startSshd } from "@universe-optimize/test-servers/sshd";
import { connect } from "@universe-optimize/remote-session/ssh";

test("a script that runs again does the same as the first time", { timeout: 60_000 }, async () => {
  const server = await startSshd();
  const { host, port, username, hostKeys, home, privateKey } = server;
  const session = await connect({ host, port, username, hostKeys, home }, { privateKey });
  onTestFinished(async () => {
    await session[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const shell = session.shell();
  const long = `# ${"x".repeat(300)}\n`;
  const script = `${long}n=$((n + 1)); cat; echo "it's $n \\\\ $#"; [ "$n" != 4 ] || return 3 # the end`;
  for (let count = 1; count <= 3; count++)
    expect(await shell.run(script)).toEqual({ exitCode: 0, stdout: `it's ${count} \\ 0\n` });
  expect((await shell.run(script)).exitCode).toBe(3);
  const comments = `${long}# nothing`;
  for (let count = 1; count <= 3; count++)
    expect(await shell.run(comments)).toEqual({ exitCode: 0, stdout: "" });
  // A new shell knows none of them.
  expect((await shell.run("exit 7")).exitCode).toBe(7);
  expect((await shell.run(script)).stdout).toBe("it's 1 \\ 0\n");
});
