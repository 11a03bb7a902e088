import { expect, test } from "vitest";
import { readResourceFilter } from "./tag-filter.ts";

const machine = (id: string, name = "id") => ({ type: "A.B/vms", tags: { [name]: id } });

test.each([
  ["tagName eq 'id' and tagValue eq 'job-1'", ["job-1"]],
  ["tagName eq 'ID' and tagValue eq 'job-1'", ["job-1"]],
  ["tagName eq 'id'", ["job-1", "job-10", "it's"]],
  ["tagName eq 'id' and tagValue eq 'it''s'", ["it's"]],
  ["resourceType eq 'a.b/VMs'", ["job-1", "job-10", "it's"]],
  ["", ["job-1", "job-10", "it's"]],
])("%s", (text, expected) => {
  const found = ["job-1", "job-10", "it's"].filter((id) => readResourceFilter(text)(machine(id)));
  expect(found).toEqual(expected);
});

test.each(["name eq 'x'", "tagValue eq 'x'", "tagName eq 'a' and resourceType eq 'b'", "tagName = 'x'"])(
  "%s is refused, as by ARM",
  (text) => {
    expect(() => readResourceFilter(text)).toThrow(/filter/);
  },
);
