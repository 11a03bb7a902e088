import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readUpstream } from "./upstream.ts";

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "upstream-")));
  await mkdir(join(folder, "app.git"));
  await mkdir(join(folder, "with space"));
  await symlink("app.git", join(folder, "link"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const parent = async (text: string): Promise<string> => (await readUpstream(text)).parent;

describe("paths", () => {
  test("every way to the same folder is the same parent", async () => {
    const real = join(folder, "app.git");
    for (const way of ["app.git", "app.git/", "app", "link", "./x/../app.git"]) {
      expect(await parent(`${folder}/${way}`), way).toBe(real);
    }
    expect(await parent(`file://${folder}/link`)).toBe(real);
    expect(await parent(`file://${folder}/with%20space`)).toBe(join(folder, "with space"));
  });

  test("one that is not there is still a path", async () => {
    expect(await readUpstream(`${folder}/none/../gone`)).toEqual({
      location: join(folder, "gone"),
      parent: join(folder, "gone"),
      kind: "path",
    });
  });
});

describe("URLs", () => {
  test.each([
    ["https://Example.com/acme/app.git", "https://example.com/acme/app"],
    ["https://example.com:443/acme/app/", "https://example.com/acme/app"],
    ["https://example.com:8443/acme/app", "https://example.com:8443/acme/app"],
    ["http://127.0.0.1:3000/app", "http://127.0.0.1:3000/app"],
    ["ssh://git@Example.com:22/acme/app.git", "ssh://git@example.com/acme/app"],
    ["git://example.com:9418/app.git/", "git://example.com/app"],
    ["git@example.com:acme/app.git", "ssh://git@example.com/~/acme/app"],
    ["git@Example.com:/srv/app.git", "ssh://git@example.com/srv/app"],
  ])("%s is %s", async (text, expected) => {
    expect(await parent(text)).toBe(expected);
  });

  test.each([
    "",
    "-u",
    "--upload-pack=touch /tmp/x",
    "relative/path",
    "../path",
    "~/path",
    "ext::sh -c whoami",
    "fd::3",
    "ftp://example.com/app",
    "https://example.com",
    "https://example.com/app#x",
    "ssh://-oProxyCommand=whoami/app",
    "-oProxyCommand=whoami:app",
    "git@example.com:-app",
    "git@-oProxyCommand=whoami:app",
    "file://elsewhere/app",
    "file:///a%2Fb",
    "https://example.com/app\n--upload-pack=x",
    "/path\u0000",
    `https://example.com/${"a".repeat(5000)}`,
  ])("%j is refused", async (text) => {
    await expect(readUpstream(text)).rejects.toMatchObject({
      name: "ForkError",
      code: "invalid_request",
    });
  });

  test.each([
    "https://user:PART@example.com/app",
    "https://PART@example.com/app",
    "ssh://git:PART@example.com/app",
    "https://example.com/app?private_token=PART",
    "ftp://user:PART@example.com/app",
    "PART@relative",
  ])("the credential in %j is refused and not repeated", async (pattern) => {
    const secret = ["made", "up", "value"].join("-");
    const error = await readUpstream(pattern.replace("PART", secret)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid_request" });
    expect(String(error)).not.toContain(secret);
  });
});
