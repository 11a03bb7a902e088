import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";
import { startImap, type TestImap } from "./start-imap.ts";

/** Sends lines one after the other, each when the last was answered; resolves with everything that came back. */
function talk(server: TestImap, lines: readonly string[], tls: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({ host: "127.0.0.1", servername: "localhost", port: server.tlsPort, ca: server.ca })
      : connect({ host: "127.0.0.1", port: server.port });
    let text = "";
    let next = 0;
    let seen = 0;
    socket.setEncoding("utf8");
    socket.on("data", (data: string) => {
      text += data;
      const answered = text.slice(seen).search(/^(?:\* OK \[CAPABILITY|\w+ (?:OK|NO|BAD)|\+)[^\n]*\n/m);
      if (answered === -1) return;
      seen = text.length;
      const line = lines[next];
      next += 1;
      if (line === undefined) socket.end();
      else socket.write(`${line}\r\n`);
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(text));
  });
}

test("a real IMAP server keeps a draft", { timeout: 60_000 }, async () => {
  await using server = await startImap();
  const mail = "Subject: hello\r\n\r\nHi";
  const said = await talk(
    server,
    [
      `a login ${server.username} ${server.password}`,
      'b list (special-use) "" "*"',
      `c append Drafts (\\Draft) {${mail.length}}`,
      mail,
      "d logout",
    ],
    true,
  );
  expect(said).toContain('* LIST (\\Drafts) "/" Drafts');
  expect(said).toMatch(/^c OK/m);
  expect(await server.messages("Drafts")).toEqual([{ text: "Subject: hello\n\nHi", flags: "D" }]);
  expect(await server.messages("Sent")).toEqual([]);
});

test(
  "another password is refused; folders may have other names and no marks",
  { timeout: 60_000 },
  async () => {
    await using server = await startImap({ specialUse: false, drafts: "Entwurf" });
    expect(await talk(server, [`a login ${server.username} wrong`, "b logout"], true)).toMatch(/^a NO/m);
    const said = await talk(server, [`a login sam ${server.password}`, 'b list "" "*"', "c logout"], true);
    expect(said).toMatch(/^\* LIST \(\\HasNoChildren\) "\/" Entwurf/m);
    expect(said).toMatch(/STARTTLS|AUTH=PLAIN/);
  },
);

test("without TLS there is no STARTTLS either", { timeout: 60_000 }, async () => {
  await using server = await startImap({ tls: false });
  const said = await talk(server, ["a capability", "b starttls", "c logout"], false);
  expect(said).not.toContain("STARTTLS");
  expect(said).toMatch(/^b (?:NO|BAD)/m);
});

test("nothing is left when it is stopped", { timeout: 60_000 }, async () => {
  const server = await startImap();
  const { port } = server;
  await server.stop();
  await server.stop();
  await expect(talk({ ...server, port }, ["a noop"], false)).rejects.toThrow(/ECONNREFUSED/);
});
