import { execa } from "execa";

import { gitEnvironment } from "../git/environment.ts";

/** Runs git in a folder as an author who does not exist, at a fixed time, so that commits get the same ids each time. */
export async function testGit(folder: string, ...args: readonly string[]): Promise<string> {
  const person = { NAME: "Test Author", EMAIL: "author@example.com", DATE: "2024-05-06T07:08:09Z" };
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries(person)) {
    env[`GIT_AUTHOR_${key}`] = value;
    env[`GIT_COMMITTER_${key}`] = value;
  }
  const { stdout } = await execa("git", ["-C", folder, ...args], {
    env: { ...gitEnvironment(), ...env },
    extendEnv: false,
    stdin: "ignore",
  });
  return stdout;
}
