import { expect, test } from "vitest";

import { guardWrite } from "./write-guard.ts";

test.each([
  ["POST", "/repos/acme/app/forks"],
  ["POST", "/repos/our-org/app/pulls"],
  ["POST", "/repos/Our-Org/app/merge-upstream"],
  ["PUT", "/repos/our-org/app/actions/permissions"],
  ["PUT", "/orgs/our-org/actions/permissions"],
  ["POST", "/app/installations/12/access_tokens"],
])("%s %s is sent", (method, path) => {
  expect(() => guardWrite(method, path, "our-org")).not.toThrow();
});

test.each([
  ["POST", "/repos/acme/app/pulls"],
  ["POST", "/repos/acme/app/issues"],
  ["POST", "/repos/acme/app/forks/x"],
  ["PUT", "/repos/acme/app/forks"],
  ["PATCH", "/repos/acme/app"],
  ["POST", "/repos/our-org/../acme/app/pulls"],
  ["POST", "/repos/our-org/%2e%2e/acme/pulls"],
  ["POST", "/repos/our-org%2F..%2Facme/app/pulls"],
  ["POST", "//repos/our-org/app/pulls"],
  ["PUT", "/orgs/acme/actions/permissions"],
  ["PUT", "/orgs/our-org/memberships/robin"],
  ["POST", "/graphql"],
  ["POST", "/user/repos"],
])("%s %s is not", (method, path) => {
  expect(() => guardWrite(method, path, "our-org")).toThrow("is not sent");
});
