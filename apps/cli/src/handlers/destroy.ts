import type { NetworkRemoval } from "@universe-optimize/cloud-vm";
import { discardMachine, machineName } from "@universe-optimize/pipeline";
import { type Campaign, openCampaign } from "@universe-optimize/pipeline/compose";
import { errorFacts } from "@universe-optimize/pipeline/errors";
import type { Args, Handler, Io } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { selectProjects } from "./select-projects.ts";

export const destroy: Handler = async (args, io) => {
  const ids = args["ids"] as string[];
  if (ids.length === 0 && args["all"] !== true)
    throw new MisuseError("name the projects whose machines are to go, or say --all.");
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const done: { id: string; machine: string | null; result: string }[] = [];
  let failed = false;
  for (const project of selectProjects(campaign.projects, ids)) {
    const run = await services.store.latestRun(project.id);
    const name = run === null ? null : machineName(services, project, run, "agent");
    const machine = name === null ? null : await services.machines.get(name, io.signal);
    if (machine === null && (run === null || run.step === "finished" || run.step === "fork")) {
      done.push({ id: project.id, machine: null, result: "has no machine" });
    } else if (args["dry-run"] === true) {
      done.push({ id: project.id, machine: name, result: "would be removed" });
    } else {
      try {
        await discardMachine(services, project, {
          discard: args["discard"] === true,
          signal: io.signal,
          progress: (message) => io.err(`${project.id}  ${message}\n`),
        });
        done.push({ id: project.id, machine: name, result: "removed" });
      } catch (error) {
        io.signal.throwIfAborted();
        failed = true;
        done.push({ id: project.id, machine: name, result: errorFacts(error).message });
      }
    }
  }
  const network = args["network"] === true ? await destroyNetwork(campaign, args, io) : null;
  if (network?.kept.length !== 0 && network !== null) failed = true;
  if (io.json) io.out(`${JSON.stringify({ ok: !failed, projects: done, network }, null, 2)}\n`);
  else {
    for (const { id, machine, result } of done)
      io.out(`${id}: ${machine === null ? "" : `${machine}: `}${result}\n`);
    for (const id of network?.removed ?? []) io.out(`removed: ${id}\n`);
    for (const { id, reason } of network?.kept ?? []) io.out(`kept: ${id}: ${reason}\n`);
  }
  return failed ? 1 : 0;
};

/** What the machines share; null: they share nothing, or it would only be said. */
async function destroyNetwork({ services }: Campaign, args: Args, io: Io): Promise<NetworkRemoval | null> {
  if (args["all"] !== true) throw new MisuseError("--network needs --all: every machine uses the network.");
  if (services.machines.destroyNetwork === undefined || args["dry-run"] === true) return null;
  return await services.machines.destroyNetwork(io.signal);
}
