import { tryGit } from "../git/run-git.ts";

/** Runs git as a client would, with a token in a header of its own; gives what it printed, or throws its words. */
export async function clientGit(token: string | null, ...args: string[]): Promise<string> {
  const basic = Buffer.from(`x-access-token:${token ?? ""}`).toString("base64");
  const env =
    token === null
      ? {}
      : {
          GIT_CONFIG_COUNT: "1",
          GIT_CONFIG_KEY_0: "http.extraHeader",
          GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
        };
  const { status, stdout, stderr } = await tryGit(args, { env });
  if (status !== 0) throw new Error(stderr);
  return stdout.toString("utf8").trim();
}
