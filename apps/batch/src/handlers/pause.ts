import { kitFingerprint } from "@universe-optimize/pipeline";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import type { Handler } from "../command.ts";
import { batchMemory, NEVER_RESUMED } from "../engine/batch-memory.ts";

export const pause: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const { store } = campaign.services;
  const reason = String(args["reason"]);
  await batchMemory.pause.write(store, {
    kind: "operator",
    reason,
    at: new Date().toISOString(),
    wave: 0,
  });
  await store.appendEvent({ kind: "batch.paused", message: reason });
  if (io.json) io.out(`${JSON.stringify({ ok: true, paused: reason })}\n`);
  else io.out("Paused: nothing new starts. Runs under way go on; 'universe-batch resume' ends it.\n");
  return 0;
};

export const resume: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const { store, config } = services;
  const before = await batchMemory.pause.read(store);
  const known = (await batchMemory.resumption.read(store)) ?? NEVER_RESUMED;
  const now = Date.now();
  const retry = args["retry-failed"] === true;
  // A wave that is tried again is judged again; otherwise it counts as passed from now on.
  const accepts = !retry && (before?.kind === "wave" || before?.kind === "canary");
  await batchMemory.resumption.write(store, {
    at: now,
    acceptedWaves:
      accepts && before !== null ? Math.max(known.acceptedWaves, before.wave + 1) : known.acceptedWaves,
    retryFrom: retry ? now : known.retryFrom,
  });
  // A canary of the same kit counts as passed on a person's word; a changed kit has a canary of its own.
  const canary = await batchMemory.canary.read(store);
  if (accepts && before?.kind === "canary" && config.batch.canary && canary !== null) {
    const fingerprint = await kitFingerprint(services);
    if (canary.fingerprint === fingerprint)
      await batchMemory.canary.write(store, { fingerprint, state: "passed", projectId: null, runNumber: 0 });
  }
  await batchMemory.pause.write(store, null);
  await store.appendEvent({
    kind: "batch.resumed",
    message: `a person let new runs start${retry ? ", and failed ones again" : ""}`,
  });
  if (io.json) io.out(`${JSON.stringify({ ok: true, wasPaused: before, retriesFailed: retry }, null, 2)}\n`);
  else
    io.out(
      before === null
        ? `It was not paused.${retry ? " Failed projects are tried again." : ""}\n`
        : `Resumed; it was paused since ${before.at}: ${before.reason}\n`,
    );
  return 0;
};
