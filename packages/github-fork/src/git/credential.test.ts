import { expect, test } from "vitest";

import { credentialEnvironment, credentialOptions, trustedOrigin } from "./credential.ts";
import { runGit } from "./run-git.ts";

const token = ["made", "up", "value"].join("-");

test("is in no argument, and git gives it to its server alone", async () => {
  const credential = { server: "https://git.example.com/", token };
  expect(credentialOptions(credential).join(" ")).not.toContain(token);
  expect(Object.values(credentialEnvironment(credential))).toEqual([token]);
  expect([credentialOptions(undefined), credentialEnvironment(undefined)]).toEqual([[], {}]);
  const { Readable } = await import("node:stream");
  const fill = async (host: string): Promise<string> => {
    const input = Readable.from([`protocol=https\nhost=${host}\n\n`]);
    return (await runGit(["credential", "fill"], { credential }, input)).stdout;
  };
  expect(await fill("git.example.com")).toContain(`password=${token}`);
  for (const host of ["example.com", "git.example.com.evil.example.org", "evil.example.org"])
    expect(await fill(host)).not.toContain(token);
});

test.each([
  "https://github.com",
  "https://ghe.example.com/api/v3",
  "http://127.0.0.1:8080",
  "http://[::1]:1",
  "http://localhost",
])("%s may be given one", (server) => expect(trustedOrigin(server)).toBe(new URL(server).origin));

test.each([
  "http://github.com",
  "ftp://example.com",
  "https://user:word@example.com",
  "https://example.com?x=y",
  "github.com",
  "",
])("%j may not", (server) => expect(() => trustedOrigin(server)).toThrow("is not given a token"));
