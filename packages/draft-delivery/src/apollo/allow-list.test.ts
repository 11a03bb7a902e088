import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { allowedRequests, allowedUrl } from "./allow-list.ts";
import { apolloClient } from "./client.ts";

const base = "https://api.apollo.io/api/v1";
const url = (method: string, path: string, more: object = {}): string =>
  allowedUrl(base, { method, path, ...more }).href;
const forbidden = expect.objectContaining({ code: "forbidden_path" }) as Error;

test("the list is short, and nothing in it sends, approves or activates", () => {
  expect(allowedRequests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /contacts/search",
    "POST /contacts",
    "GET /emailer_messages/search",
    "POST /emailer_messages",
    "PUT /sequences/{id}",
    "POST /emailer_campaigns/{id}/add_contact_ids",
  ]);
  const names = allowedRequests.flatMap(({ fields, parameters }) => [...fields, ...parameters]);
  expect(
    names.filter((name) => /active|status|schedul|send(?!_email_from)|approve|label|force/.test(name)),
  ).toEqual([]);
  expect(Object.isFrozen(allowedRequests)).toBe(true);
});

test("what is allowed goes where it should", () => {
  expect(url("PUT", "/sequences/66e9e215", { body: {} })).toBe(`${base}/sequences/66e9e215`);
  expect(
    url("POST", "/emailer_campaigns/66e9/add_contact_ids", { parameters: { "contact_ids[]": "a&b=c#d" } }),
  ).toBe(`${base}/emailer_campaigns/66e9/add_contact_ids?contact_ids%5B%5D=a%26b%3Dc%23d`);
});

test.each([
  ["POST", "/emailer_messages/66e9/send_now"],
  ["POST", "/emailer_messages/send_now"],
  ["POST", "/emailer_campaigns/66e9/approve"],
  ["POST", "/emailer_campaigns/66e9/abort"],
  ["POST", "/emailer_campaigns/approve/add_contact_ids"],
  ["POST", "/sequences"],
  ["PATCH", "/sequences/66e9"],
  ["put", "/sequences/66e9"],
  ["DELETE", "/contacts"],
  ["POST", "/emailer_messages/"],
  ["POST", "//evil.example/emailer_messages"],
  ["POST", "@evil.example/emailer_messages"],
  ["POST", ".evil.example/emailer_messages"],
  ["POST", "/emailer_messages?x=1"],
  ["POST", "/emailer_messages#x"],
  ["POST", "/emailer_messages;x"],
  ["POST", "/emailer_messages\\..\\x"],
  ["POST", "/emailer_messages\n"],
  ["POST", "/EMAILER_MESSAGES"],
  ["PUT", "/sequences/../emailer_messages/66e9/send_now"],
  ["PUT", "/sequences/.."],
  ["PUT", "/sequences/."],
  ["PUT", "/sequences/%2e%2e"],
  ["PUT", "/sequences/66e9%2Fapprove"],
  ["PUT", "/sequences/66e9?active=true"],
  ["PUT", "/sequences/66e9/"],
  ["PUT", "/sequences/"],
  ["PUT", `/sequences/${"a".repeat(65)}`],
  ["POST", "/emailer_campaigns/66e9/../66e9/approve#/add_contact_ids"],
])("%s %s is refused", (method, path) => {
  expect(() => url(method, path)).toThrow(forbidden);
});

test("fields and parameters that would do more are refused", () => {
  for (const field of ["active", "emailer_steps", "status", "__proto__x", "name"])
    expect(() => url("PUT", "/sequences/66e9", { body: { [field]: true } })).toThrow(forbidden);
  expect(() =>
    url("POST", "/emailer_messages", { body: { contact_id: "a", outreach_task_id: "b" } }),
  ).toThrow(forbidden);
  expect(() => url("POST", "/emailer_messages", { parameters: { send: "true" } })).toThrow(forbidden);
  for (const parameter of ["status", "auto_unpause_at", "label_names[]", "sequence_no_email", "api_key"])
    expect(() =>
      url("POST", "/emailer_campaigns/66e9/add_contact_ids", { parameters: { [parameter]: "x" } }),
    ).toThrow(forbidden);
});

test.each([
  "http://api.apollo.io/api/v1",
  "https://user:pass@api.apollo.io",
  "ftp://127.0.0.1",
  "http://127.0.0.1.evil.example",
])("the base %s is refused", (address) => {
  expect(() => allowedUrl(address, { method: "POST", path: "/contacts" })).toThrow(forbidden);
});

test("whatever the path and method: refused, or exactly one of the list's", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "/",
      "..",
      ".",
      "emailer_messages",
      "sequences",
      "send_now",
      "approve",
      "%2e",
      "%2F",
      "?",
      "#",
      "\\",
      "@",
      ":",
      "contacts",
      "search",
      "66e9",
    ),
    fc.string({ maxLength: 6 }),
  );
  const shape =
    /^https:\/\/api\.apollo\.io\/api\/v1\/(?:contacts(?:\/search)?|emailer_messages(?:\/search)?|sequences\/[\w-]{1,64}|emailer_campaigns\/[\w-]{1,64}\/add_contact_ids)$/;
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "POST", "PUT", "DELETE"),
      fc.array(piece, { maxLength: 8 }),
      (method, pieces) => {
        let made: string;
        try {
          made = url(method, `/${pieces.join("")}`);
        } catch (error) {
          expect(error).toMatchObject({ code: "forbidden_path" });
          return;
        }
        expect(made).toMatch(shape);
        expect(made).not.toMatch(/send_now|approve/);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a redirect is not followed, wherever it leads", async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(Number(/\d+/.exec(request.headers["x-api-key"] as string)?.[0] ?? 307), {
      location: "/api/v1/emailer_messages/66e9/send_now",
    });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  for (const status of [301, 302, 303, 307, 308]) {
    const client = apolloClient({ baseUrl: `http://127.0.0.1:${port}/api/v1`, apiKey: `test-${status}` });
    await expect(
      client.request({ method: "POST", path: "/emailer_messages", body: { contact_id: "a" } }, z.unknown()),
    ).rejects.toMatchObject({ code: "unexpected" });
  }
  expect(seen).toEqual(Array.from({ length: 5 }, () => "POST /api/v1/emailer_messages"));
  await new Promise((resolve) => server.close(resolve));
});
