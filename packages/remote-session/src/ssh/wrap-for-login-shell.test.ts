import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { wrapForLoginShell } from "./wrap-for-login-shell.ts";

const shells = ["sh", "bash", "dash", "zsh", "fish", "csh", "tcsh", "ksh"].filter(
  (name) => existsSync(`/bin/${name}`) || existsSync(`/usr/bin/${name}`),
);

test.each(shells)("means the same to a login shell that is %s", async (shell) => {
  for (const text of [
    "plain",
    `'single' "double"`,
    "back\\slash \\n \\' \\\\",
    "two\nlines\r",
    "wow! !! !x",
    "$HOME `id` $(id) %s %d ~ * ? [a]",
    "ü漢 \u0001 \t",
    "\\0101",
  ]) {
    const script = `printf '%s' '${text.replaceAll("'", `'\\''`)}'`;
    const { stdout } = await promisify(execFile)(shell, ["-c", wrapForLoginShell(script)]);
    expect(stdout).toBe(text);
  }
});

test("refuses what no argument can carry", () => {
  expect(() => wrapForLoginShell("a\0b")).toThrow(expect.objectContaining({ code: "invalid_request" }));
  expect(() => wrapForLoginShell("x".repeat(200_000))).toThrow(
    expect.objectContaining({
      code: "invalid_request",
      message: expect.stringContaining("Upload it as a file") as string,
    }),
  );
});
