import { expect, test } from "vitest";

import { gitEnvironment } from "./environment.ts";
import { git } from "./run-git.ts";

test("passes on what a network needs, and no secret or setting", () => {
  const env = gitEnvironment({
    PATH: "/bin",
    https_proxy: "http://proxy.example.com",
    NO_PROXY: "localhost",
    GIT_SSL_CAINFO: "/ca.pem",
    GITHUB_TOKEN: "made-up",
    GIT_DIR: "/elsewhere",
    GIT_CONFIG_COUNT: "1",
    GIT_ASKPASS: "/ask",
    XDG_CONFIG_HOME: "/config",
    NODE_OPTIONS: "--inspect",
  });
  expect(env).toMatchObject({
    PATH: "/bin",
    https_proxy: "http://proxy.example.com",
    NO_PROXY: "localhost",
  });
  expect(env).toMatchObject({ GIT_SSL_CAINFO: "/ca.pem", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" });
  const names = Object.keys(env);
  for (const name of [
    "GITHUB_TOKEN",
    "GIT_DIR",
    "GIT_CONFIG_COUNT",
    "GIT_ASKPASS",
    "XDG_CONFIG_HOME",
    "NODE_OPTIONS",
  ]) {
    expect(names).not.toContain(name);
  }
});

test("git reads our configuration and nothing of this computer's", async () => {
  const listed = await git(["config", "--list", "--show-origin", "--show-scope"], {
    gitDir: "/nonexistent",
  });
  const scopes = new Set(listed.split("\n").map((line) => line.split("\t", 2).join(" ")));
  expect([...scopes].filter((scope) => !/^global file:.*isolated\.gitconfig$|^command /.test(scope))).toEqual(
    [],
  );
  expect(listed).toContain("safe.directory=*");
});
