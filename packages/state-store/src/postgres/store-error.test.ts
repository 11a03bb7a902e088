import { expect, it } from "vitest";
import { StoreError } from "../errors.ts";
import { CommitInDoubt, isConflict, isLost, toStoreError } from "./store-error.ts";

const place = "the database uo at db.example.com:5432";
const failure = (code: string, message = "words of the server"): Error =>
  Object.assign(new Error(message), { code });

it.each([
  ["ECONNREFUSED", "unavailable"],
  ["57P01", "unavailable"],
  ["08006", "unavailable"],
  ["53300", "unavailable"],
  ["28P01", "access_denied"],
  ["3D000", "not_found"],
  ["53100", "disk_full"],
  ["55P03", "locked"],
  ["40P01", "locked"],
  ["25006", "read_only"],
  ["42501", "read_only"],
  ["42P01", "not_a_store"],
  ["58030", "io_error"],
  ["23514", "constraint"],
  ["22P02", "constraint"],
])("says what %s means: %s", (code, expected) => {
  const error = toStoreError(failure(code), place) as StoreError;
  expect(error).toBeInstanceOf(StoreError);
  expect(error.code).toBe(expected);
  expect(error.retryable).toBe(expected === "unavailable" || expected === "locked");
  expect(error.cause).toMatchObject({ code });
});

it("knows a lost connection by pg's words, and leaves other errors alone", () => {
  for (const words of ["Connection terminated unexpectedly", "timeout exceeded when trying to connect"])
    expect(toStoreError(new Error(words), place)).toMatchObject({ code: "unavailable" });
  const bug = new TypeError("undefined is not a function");
  expect(toStoreError(bug, place)).toBe(bug);
  const known = new StoreError("stale_lease", "x");
  expect(toStoreError(known, place)).toBe(known);
});

it("does a conflict again, but never a commit whose answer got lost", () => {
  expect(isConflict(failure("40001"))).toBe(true);
  const doubt = new CommitInDoubt("lost", { cause: failure("ECONNRESET") });
  expect([isConflict(doubt), isLost(doubt)]).toEqual([false, false]);
  expect(toStoreError(doubt, place)).toMatchObject({ code: "unavailable", retryable: true });
});
