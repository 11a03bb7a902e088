import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "vitest";

import { cappedFetch } from "./capped-fetch.ts";

test("gives what is small as it is, and ends what does not end", async () => {
  const piece = Buffer.alloc(1024 * 1024, "x");
  const server = createServer((request, response) => {
    if (request.url === "/304") response.writeHead(304).end();
    else if (request.url === "/small") response.writeHead(200, { etag: "e" }).end("small");
    else {
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const small = await cappedFetch(`${url}/small`);
    expect([small.status, small.headers.get("etag"), await small.text()]).toEqual([200, "e", "small"]);
    expect((await cappedFetch(`${url}/304`)).status).toBe(304);
    const endless = await cappedFetch(`${url}/endless`);
    await expect(endless.text()).rejects.toThrow("larger than");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
