import { expect, it } from "vitest";
import { MachineError } from "../errors.ts";
import { asMachineError, isNotFound, kindOf, readArmFailure, type ArmFailure } from "./arm-errors.ts";

const rest = (statusCode: number, code: string, message = "said so"): Error =>
  Object.assign(new Error(message), { name: "RestError", statusCode, code });
const failed = (code: string, message: string): Error =>
  new Error(`The long-running operation has failed. ${code}. ${message}`);
const kind = (error: unknown): string => kindOf(readArmFailure(error) as ArmFailure);

it("reads the code out of a failed operation's message", () => {
  expect(readArmFailure(failed("AllocationFailed", "Allocation failed. Please try again."))).toEqual({
    code: "AllocationFailed",
    message: "Allocation failed. Please try again.",
    status: null,
    retryAfterMs: null,
  });
  expect(readArmFailure(new Error("The long-running operation has failed"))?.code).toBe("OperationFailed");
  expect(readArmFailure(new Error("Operation was canceled"))?.code).toBe("Canceled");
  expect(readArmFailure(new TypeError("a fault of ours"))).toBeNull();
  expect(readArmFailure("text")).toBeNull();
});

it("keeps control characters of a message off the screen", () => {
  expect(readArmFailure(rest(409, "Conflict", "one\u001b[31m\r\ntwo"))?.message).toBe("one [31m two");
});

it.each([
  [rest(409, "SkuNotAvailable"), "size"],
  [failed("SkuNotAvailable", "-"), "size"],
  [failed("ZonalAllocationFailed", "-"), "allocation"],
  [failed("OverconstrainedAllocationRequest", "-"), "allocation"],
  [failed("OSProvisioningTimedOut", "-"), "boot_timeout"],
  [
    rest(
      409,
      "OperationNotAllowed",
      "Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Current Limit: 10, Current Usage: 8",
    ),
    "quota",
  ],
  [
    rest(
      409,
      "OperationNotAllowed",
      "Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota. Current Limit: 0, Current Usage: 0",
    ),
    "quota_none",
  ],
  [rest(409, "OperationNotAllowed", "The VM is locked"), "conflict"],
  [rest(400, "QuotaExceeded", "limit: 100"), "quota"],
  [rest(400, "NicReservedForAnotherVm"), "nic_reserved"],
  [rest(409, "PropertyChangeNotAllowed"), "exists"],
  [rest(412, "PreconditionFailed"), "exists"],
  [rest(403, "AuthorizationFailed"), "forbidden"],
  [rest(401, "ExpiredAuthenticationToken"), "unauthenticated"],
  [rest(401, "InvalidAuthenticationTokenTenant"), "subscription"],
  [rest(404, "SubscriptionNotFound"), "subscription"],
  [rest(404, "ResourceNotFound"), "not_found"],
  [rest(404, "ResourceGroupNotFound"), "not_found"],
  [rest(429, "RetryableError"), "throttled"],
  [failed("RetryableError", "-"), "throttled"],
  [failed("AnotherOperationInProgress", "-"), "conflict"],
  [rest(409, "ResourceGroupBeingDeleted"), "conflict"],
  [rest(500, "InternalServerError"), "server"],
  [failed("InternalExecutionError", "-"), "server"],
  [Object.assign(new Error("connect"), { name: "RestError", code: "ECONNREFUSED" }), "unreachable"],
  [
    Object.assign(new Error("unable to verify the first certificate"), {
      name: "RestError",
      code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    }),
    "untrusted",
  ],
  [Object.assign(new Error("no"), { name: "CredentialUnavailableError" }), "unauthenticated"],
])("knows what %s is about", (error, expected) => {
  expect(kind(error)).toBe(expected);
});

it("takes only Azure's own word for something being gone", () => {
  expect(isNotFound(rest(404, "ResourceNotFound"))).toBe(true);
  expect(isNotFound(rest(404, "SubscriptionNotFound"))).toBe(false);
  const proxy = Object.assign(new Error("<html>"), { name: "RestError", statusCode: 404 });
  expect(isNotFound(proxy)).toBe(false);
  expect(isNotFound(new Error("ResourceNotFound"))).toBe(false);
});

it("makes errors that say what to do and carry no token", () => {
  const error = Object.assign(rest(403, "AuthorizationFailed", "may not"), {
    request: { headers: { authorization: ["Bearer", "abc"].join(" ") } },
  });
  const said = asMachineError(error, "Machine m-1 could not be created", "create_failed", "m-1");
  expect(said).toMatchObject({ code: "forbidden", retryable: true, providerCode: "AuthorizationFailed" });
  expect((said as Error).message).toBe(
    "Machine m-1 could not be created. AuthorizationFailed: may not. Ask for the role Contributor (or Virtual Machine Contributor with Network Contributor) on the resource group.",
  );
  expect((said as Error).cause).toMatchObject({ name: "RestError", code: "AuthorizationFailed" });
  expect(JSON.stringify((said as Error).cause)).not.toContain("Bearer");
  const own = new MachineError("capacity", "none");
  expect(asMachineError(own, "x", "create_failed")).toBe(own);
  const fault = new TypeError("ours");
  expect(asMachineError(fault, "x", "create_failed")).toBe(fault);
});
