import { access } from "node:fs/promises";

import { expect, test } from "vitest";

import { remoteControl } from "./control/control-server.ts";
import { startGitHubProcess } from "./start-github-process.ts";
import { client } from "./testing/client.ts";
import { clientGit } from "./testing/git.ts";

test("lives in a process of its own, and is controlled from here", async () => {
  const hub = await startGitHubProcess({ forksInProgress: 1 });
  const { sha } = await hub.addRepository({ repo: "acme/app", commits: [{ files: { "a.txt": "a\n" } }] });
  const { token, id } = await hub.addToken({ login: "robin" });
  expect(hub.pid).not.toBe(process.pid);
  expect(await clientGit(null, "ls-remote", `${hub.serverUrl}/acme/app.git`, "HEAD")).toContain(sha);
  expect((await client(hub, token)("GET", "/user")).body).toMatchObject({ login: "robin" });
  expect((await hub.calls()).at(-1)).toMatchObject({ path: "/api/v3/user", token: id });
  await expect(hub.commit("acme/none", { files: {} })).rejects.toThrow("acme/none is not there");
  const other = remoteControl({ ...hub.control, token: "guessed" });
  await expect(other.calls()).rejects.toThrow("no control /calls");
  const folder = (await hub.repository("acme/app"))?.folder ?? "";
  await access(folder);
  await hub.dispose();
  await hub.dispose();
  await expect(access(folder)).rejects.toThrow("ENOENT");
});
