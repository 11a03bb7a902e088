import { describe, expect, test } from "vitest";

import { Checker } from "./checker.ts";
import { Description } from "./description.ts";

const schemas = {
  thing: {
    type: "object",
    required: ["name", "note"],
    properties: {
      name: { type: "string", example: "x" },
      note: { type: "string", nullable: true },
      // A property may have a keyword's name.
      nullable: { type: "boolean" },
      parent: { nullable: true, allOf: [{ $ref: "#/components/schemas/thing" }] },
    },
  },
};
const json = (schema: object): object => ({ "application/json": { schema } });
const checker = new Checker(
  new Description({
    components: { schemas, parameters: { page: { name: "page", in: "query", schema: { type: "integer" } } } },
    paths: {
      "/things/{id}": {
        post: {
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "integer" } },
            { name: "q", in: "query", required: true, schema: { type: "string", enum: ["a", "b"] } },
            { $ref: "#/components/parameters/page" },
          ],
          requestBody: {
            required: true,
            content: json({ type: "object", required: ["size"], properties: { size: { type: "integer" } } }),
          },
          responses: {
            "200": { description: "Fine", content: json({ $ref: "#/components/schemas/thing" }) },
            "204": { description: "Nothing" },
          },
        },
        get: { responses: {} },
      },
    },
  }),
);

const template = "/things/{id}";
const ask = (more: { id?: string; query?: string; body?: unknown }): string | null =>
  checker.request({
    method: "POST",
    template,
    params: { id: more.id ?? "1" },
    query: new URLSearchParams(more.query ?? "q=a"),
    body: "body" in more ? more.body : { size: 1 },
  });
const answer = (body: unknown, status = 200): string | null => checker.answer("POST", template, status, body);

describe("a request", () => {
  test.each([
    [{}, null],
    [{ query: "q=b&page=2" }, null],
    [{ id: "x" }, "id in the path must be integer"],
    [{ query: "page=1" }, "q is missing in the query"],
    [{ query: "q=c" }, 'q in the query must be equal to one of the allowed values: ["a","b"]'],
    [{ query: "q=a&page=two" }, "page in the query must be integer"],
    [{ query: "q=a&pages=2" }, "GitHub knows no pages in the query"],
    [{ body: { size: "1" } }, "the body /size must be integer"],
    [{ body: {} }, "the body must have required property 'size'"],
    [{ body: { size: 1, colour: "red" } }, "GitHub knows no colour in the body"],
    [{ body: null }, "the body is missing"],
  ])("%j: %s", (request, wrong) => {
    expect(ask(request)).toBe(wrong);
  });

  test("that takes no body is sent none", () => {
    const get = { method: "GET", template, params: {}, query: new URLSearchParams() };
    expect(checker.request(get)).toBeNull();
    expect(checker.request({ ...get, body: { a: 1 } })).toBe("GitHub takes no body here");
  });
});

describe("an answer", () => {
  test.each([
    [{ name: "a", note: null }, 200, null],
    [{ name: "a", note: "b", nullable: true, parent: null }, 200, null],
    [{ name: "a", note: "b", parent: { name: "c", note: null } }, 200, null],
    [
      { name: "a", note: "b", parent: { name: 1, note: null } },
      200,
      "the body of 200 /parent/name must be string",
    ],
    [{ name: null, note: "b" }, 200, "the body of 200 /name must be string"],
    [{ name: "a", note: undefined }, 200, "the body of 200 must have required property 'note'"],
    [undefined, 204, null],
    [{}, 204, "204 has no body"],
    [{ any: "thing" }, 418, null],
  ])("%j with %s: %s", (body, status, wrong) => {
    expect(answer(body, status)).toBe(wrong);
  });

  test("that GitHub does not describe is not looked at", () => {
    expect(checker.answer("PUT", template, 200, {})).toBeNull();
    expect(checker.answer("GET", "/none", 200, {})).toBeNull();
  });
});
