import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { watchForSecret } from "./secret-watch.ts";

it("sees a secret in arguments, in environments and in files, also as a Basic credential", async () => {
  const folder = await mkdtemp(join(tmpdir(), "secret-watch-"));
  const secret = ["made", "up", "for", "this"].join("-");
  const basic = Buffer.from(`x-access-token:${secret}`).toString("base64");
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, KEY: secret };
  const children: ChildProcess[] = [
    spawn("sleep", ["100"], { env }),
    spawn("sh", ["-c", "read line", `Authorization: Basic ${basic}`], { env: { PATH: env.PATH } }),
  ];
  try {
    await writeFile(join(folder, "log"), `before ${secret} after`);
    await using watch = watchForSecret(secret, folder);
    while (watch.holders.size === 0 || watch.inArguments.size === 0 || watch.inFiles.size === 0)
      await sleep(20);
    expect([...watch.holders.values()]).toEqual([{ command: "sleep 100", home: folder }]);
    expect([...watch.inArguments]).toEqual(["sh -c read line Authorization: Basic [secret]=="]);
    expect([...watch.inFiles]).toEqual([join(folder, "log")]);
  } finally {
    const ended = children.map((child) => once(child, "exit"));
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
    await rm(folder, { recursive: true, force: true });
  }
});
