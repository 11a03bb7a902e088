import { createServer, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { watchApiBudget } from "./api-budget.ts";

it("hears what fetch and node:http are told of their limits", async () => {
  const server = createServer((asked, response) => {
    const headers: Record<string, string> =
      asked.url === "/github"
        ? { "X-RateLimit-Remaining": "4321", "X-RateLimit-Resource": "search" }
        : asked.url === "/azure"
          ? { "x-ms-ratelimit-remaining-subscription-reads": "199" }
          : { "x-ratelimit-remaining": "many" };
    response.writeHead(200, headers);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  {
    using budget = watchApiBudget();
    await (await fetch(`http://${host}/github`)).text();
    await (await fetch(`http://${host}/nonsense`)).text();
    const asked = request(`http://${host}/azure`);
    asked.end();
    const [answer] = (await once(asked, "response")) as [NodeJS.ReadableStream];
    answer.resume();
    await once(answer, "end");
    await expect.poll(() => Object.values(budget.left()).toSorted((a, b) => a - b)).toEqual([199, 4321]);
    expect(budget.left()[`${host} search`]).toBe(4321);
  }
  server.closeAllConnections();
  server.close();
});
