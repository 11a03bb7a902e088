import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Notice } from "./notice.ts";
import { webhook, type Notifier } from "./webhook.ts";

const NOTICE: Notice = {
  kind: "run.failed",
  severity: "error",
  message: "run 1 failed: <!channel> & friends",
  projectId: "p1",
  runId: "r1",
  data: { class: "bootstrap:bootstrap_failed" },
};

let server: Server;
let url: string;
let bodies: Record<string, unknown>[];
let statuses: number[];

beforeEach(async () => {
  bodies = [];
  statuses = [];
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      bodies.push(JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>);
      response.writeHead(statuses.shift() ?? 200);
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function notifier(lost: string[], more: { url?: string; flushMs?: number } = {}): Notifier {
  return webhook({
    campaign: "spring",
    url: more.url ?? url,
    settings: { retries: 2, retrySeconds: 0.01, timeoutSeconds: 5 },
    mask: (text) => text.replaceAll("friends", "*******"),
    onLost: (error) => lost.push((error as Error).message),
    ...(more.flushMs === undefined ? {} : { flushMs: more.flushMs }),
  });
}

describe("webhook", () => {
  it("posts the documented body, without markup and without secrets", async () => {
    const lost: string[] = [];
    {
      await using told = notifier(lost);
      told.tell(NOTICE);
    }
    expect(lost).toEqual([]);
    expect(bodies).toEqual([
      {
        text: "[spring] p1 run 1 failed: &lt;!channel&gt; &amp; *******",
        version: 1,
        event: "run.failed",
        severity: "error",
        campaign: "spring",
        at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        project: "p1",
        run: "r1",
        data: { class: "bootstrap:bootstrap_failed" },
      },
    ]);
  });

  it("tries again what may pass, gives up what will not, in order", async () => {
    statuses = [503, 429, 200, 404, 200];
    const lost: string[] = [];
    {
      await using told = notifier(lost);
      for (const kind of ["paused", "resumed", "campaign.drained"] as const) told.tell({ ...NOTICE, kind });
    }
    expect(bodies.map(({ event }) => event)).toEqual([
      "paused",
      "paused",
      "paused",
      "resumed",
      "campaign.drained",
    ]);
    expect(lost).toEqual(["the webhook answered 404"]);
  });

  it("names no address when nobody answers, and does not hold the process up", async () => {
    const lost: string[] = [];
    const told = notifier(lost, { url: "http://127.0.0.1:1/very-secret", flushMs: 3000 });
    told.tell(NOTICE);
    await told[Symbol.asyncDispose]();
    expect(told.lost).toBe(1);
    expect(lost[0]).toMatch(/^the webhook cannot be reached \(\w+\), 3 times$/);
  });

  it("is bounded", async () => {
    const lost: string[] = [];
    statuses = Array.from({ length: 2000 }, () => 503);
    const told = notifier(lost, { flushMs: 1 });
    for (let n = 0; n < 1005; n += 1) told.tell(NOTICE);
    expect(told.lost).toBeGreaterThanOrEqual(4);
    await told[Symbol.asyncDispose]();
  });
});
