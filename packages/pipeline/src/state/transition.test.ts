import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBeyond, pathOf, type ProofPlace, type StepName } from "./step-name.ts";
import { type RunEvent, type RunState, transition, type Transition } from "./transition.ts";

const POLICY = { retryMs: 1000, maxRetryMs: 60_000 };

function at(step: StepName, change: Partial<RunState> = {}): RunState {
  return { step, attempt: 1, outcome: null, reason: null, proofOn: "none", ...change };
}

const failed = (retryable: boolean): RunEvent => ({ kind: "failed", code: "x", message: "broke", retryable });

describe("transition", () => {
  it.each<[string, RunState, RunEvent, Partial<Transition>]>([
    ["fork → provision", at("fork"), { kind: "succeeded" }, { step: "provision", status: "provisioning" }],
    [
      "provision → bootstrap",
      at("provision"),
      { kind: "succeeded" },
      { step: "bootstrap", status: "provisioning" },
    ],
    ["bootstrap → launch", at("bootstrap"), { kind: "succeeded" }, { step: "launch", status: "running" }],
    ["launch → watch", at("launch"), { kind: "succeeded" }, { step: "watch", status: "running" }],
    [
      "watch again",
      at("watch"),
      { kind: "again", afterMs: 600_000 },
      { step: "watch", repeat: true, dueInMs: 600_000 },
    ],
    ["watch → collect", at("watch"), { kind: "succeeded" }, { step: "collect", status: "running" }],
    [
      "collect completed → destroy",
      at("collect"),
      { kind: "succeeded", outcome: "completed" },
      { step: "destroy", outcome: "completed", status: "completed" },
    ],
    [
      "collect completed → prove, on the run's own machine",
      at("collect", { proofOn: "same" }),
      { kind: "succeeded", outcome: "completed" },
      { step: "prove", outcome: "completed", status: "completed" },
    ],
    [
      "nothing to prove: collect failed → destroy",
      at("collect", { proofOn: "same" }),
      { kind: "succeeded", outcome: "failed" },
      { step: "destroy", status: "failed" },
    ],
    [
      "destroy → a fresh machine for the proof",
      at("destroy", { outcome: "completed", proofOn: "fresh" }),
      { kind: "succeeded" },
      { step: "provision-proof", status: "completed" },
    ],
    [
      "a proof that is done removes its machine",
      at("prove", { outcome: "completed", proofOn: "fresh" }),
      { kind: "succeeded" },
      { step: "destroy-proof" },
    ],
    [
      "a proof that fails for good removes its machine and loses nothing",
      at("prove", { outcome: "completed", proofOn: "fresh" }),
      failed(false),
      { step: "destroy-proof", outcome: "completed", reason: "prove: broke" },
    ],
    [
      "a proof on the run's own machine that fails ends with that machine",
      at("prove", { outcome: "completed", proofOn: "same" }),
      failed(false),
      { step: "destroy", outcome: "completed" },
    ],
    [
      "a held branch is not proven",
      at("provision-proof", { outcome: "completed", proofOn: "fresh" }),
      { kind: "failed", code: "secret_found", message: "held", retryable: false },
      { step: "provision-proof", blocked: true },
    ],
    [
      "a proof machine that cannot be had may be half made",
      at("provision-proof", { outcome: "completed", proofOn: "fresh" }),
      failed(false),
      { step: "destroy-proof", outcome: "completed" },
    ],
    [
      "collect failed → destroy all the same",
      at("collect"),
      { kind: "succeeded", outcome: "failed", reason: "no results" },
      { step: "destroy", outcome: "failed", reason: "no results", status: "failed" },
    ],
    [
      "destroy → contextualize",
      at("destroy", { outcome: "completed" }),
      { kind: "succeeded" },
      { step: "contextualize", status: "completed" },
    ],
    [
      "destroy of a failed run ends it",
      at("destroy", { outcome: "failed" }),
      { kind: "succeeded" },
      { step: "finished", status: "failed" },
    ],
    [
      "destroy of a stopped run ends it",
      at("destroy", { outcome: "stopped" }),
      { kind: "succeeded" },
      { step: "finished", status: "destroyed" },
    ],
    [
      "render ends the run",
      at("render", { outcome: "completed" }),
      { kind: "succeeded" },
      { step: "finished", outcome: "completed", status: "completed" },
    ],
    [
      "no room: waits until then, and no attempt is spent",
      at("provision", { attempt: 5 }),
      { kind: "failed", code: "capacity", message: "full", retryable: true, retryInMs: 600_000 },
      {
        step: "provision",
        repeat: true,
        attempts: 4,
        dueInMs: 600_000,
        outcome: null,
        status: "provisioning",
      },
    ],
    [
      "no room for a proof",
      at("provision-proof", { attempt: 1, outcome: "completed", proofOn: "fresh" }),
      { kind: "failed", code: "quota", message: "full", retryable: true, retryInMs: 600_000 },
      { step: "provision-proof", repeat: true, attempts: 0, dueInMs: 600_000, status: "completed" },
    ],
    [
      "no room for a day: looks once an hour",
      at("provision"),
      { kind: "failed", code: "size_unavailable", message: "no", retryable: false, retryInMs: 82_800_000 },
      { step: "provision", repeat: true, attempts: 0, dueInMs: 3_600_000 },
    ],
    [
      "no room until a moment ago: looks after a pause all the same",
      at("provision"),
      { kind: "failed", code: "capacity", message: "full", retryable: true, retryInMs: -5 },
      { step: "provision", repeat: true, attempts: 0, dueInMs: 1000 },
    ],
    [
      "nobody knows when there is room: an attempt is spent",
      at("provision", { attempt: 5 }),
      { kind: "failed", code: "capacity", message: "full", retryable: true },
      { step: "destroy", outcome: "failed" },
    ],
    [
      "another failure with a time spends an attempt",
      at("provision", { attempt: 5 }),
      { kind: "failed", code: "throttled", message: "slow", retryable: true, retryInMs: 600_000 },
      { step: "destroy", outcome: "failed" },
    ],
    [
      "a retryable failure waits",
      at("fork"),
      failed(true),
      { step: "fork", repeat: true, attempts: 1, dueInMs: 1000, blocked: false },
    ],
    ["pauses double", at("destroy", { attempt: 4 }), failed(true), { dueInMs: 8000 }],
    [
      "pauses have a cap",
      at("destroy", { attempt: 400 }),
      failed(true),
      { step: "destroy", dueInMs: 60_000, blocked: false },
    ],
    [
      "a fork that fails ends the run: there is no machine",
      at("fork"),
      failed(false),
      { step: "finished", status: "failed", reason: "fork: broke" },
    ],
    ["a fork gives up", at("fork", { attempt: 5 }), failed(true), { step: "finished", status: "failed" }],
    [
      "a provision that fails may have left a machine",
      at("provision"),
      failed(false),
      { step: "destroy", outcome: "failed" },
    ],
    [
      "a bootstrap that fails removes its machine",
      at("bootstrap"),
      failed(false),
      { step: "destroy", outcome: "failed" },
    ],
    [
      "a launch that fails may have started the agent",
      at("launch"),
      failed(false),
      { step: "collect", outcome: null },
    ],
    ["a watch that fails collects", at("watch"), failed(false), { step: "collect", outcome: null }],
    [
      "a collect that fails keeps the machine",
      at("collect"),
      failed(false),
      { step: "collect", blocked: true },
    ],
    [
      "a collect tries without end",
      at("collect", { attempt: 99 }),
      failed(true),
      { step: "collect", blocked: false },
    ],
    [
      "a destroy that is refused waits for a person",
      at("destroy", { outcome: "completed" }),
      failed(false),
      { step: "destroy", blocked: true },
    ],
    [
      "a broken template waits for a person",
      at("render", { outcome: "completed" }),
      failed(false),
      { step: "render", blocked: true, status: "completed" },
    ],
    [
      "a machine that vanished in bootstrap",
      at("bootstrap"),
      { kind: "machine_gone", message: "gone" },
      { step: "destroy", outcome: "stopped" },
    ],
    [
      "a machine that vanished under the agent",
      at("watch"),
      { kind: "machine_gone", message: "gone" },
      { step: "collect", outcome: null, reason: "gone" },
    ],
  ])("%s", (_, state, event, expected) => {
    expect(transition(state, event, POLICY)).toMatchObject(expected);
  });

  it("passes destroy on every path that may have a machine, and collect on every path that may have results", () => {
    const event = fc.oneof(
      fc.constant<RunEvent>({ kind: "succeeded" }),
      fc.constant<RunEvent>({ kind: "again", afterMs: 1 }),
      fc.boolean().map(failed),
      fc.constant<RunEvent>({ kind: "machine_gone", message: "gone" }),
    );
    const place = fc.constantFrom<ProofPlace>("same", "fresh", "none");
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), place, (events, proofOn) => {
        let state = at("fork", { proofOn });
        const succeeded = new Set<StepName>();
        const begun = new Set<StepName>();
        for (const next of events) {
          begun.add(state.step);
          const given: RunEvent =
            next.kind === "succeeded" && state.step === "collect" ? { ...next, outcome: "completed" } : next;
          const made = transition(state, given, POLICY);
          if (given.kind === "succeeded" || given.kind === "machine_gone") succeeded.add(state.step);
          if (made.step === "finished") {
            if (begun.has("provision")) expect(succeeded).toContain("destroy");
            if (begun.has("launch")) expect(succeeded).toContain("collect");
            if (begun.has("provision-proof")) expect(succeeded).toContain("destroy-proof");
            return;
          }
          expect(pathOf(proofOn)).toContain(made.step);
          // Never backwards.
          expect(made.step === state.step || isBeyond(made.step, state.step, proofOn)).toBe(true);
          state = {
            step: made.step,
            attempt: made.repeat ? state.attempt + 1 : 1,
            outcome: made.outcome,
            reason: made.reason,
            proofOn,
          };
        }
      }),
      { numRuns: 2000 },
    );
  });
});
