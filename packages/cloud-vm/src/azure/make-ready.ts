import type { VirtualMachine } from "@azure/arm-compute";
import { MachineError } from "../errors.ts";
import type { Machine, SshEndpoint } from "../machine.ts";
import { hostKeyTag, ownTags } from "./azure-tags.ts";
import { finish, pause, pollOptions, tell, type Azure } from "./azure.ts";
import { hostKeyIn, READ_HOST_KEY } from "./host-key.ts";
import { addressOf, lookAtDisk } from "./look.ts";
import { askSsh } from "./ssh-answers.ts";
import { toMachine } from "./vm-facts.ts";

const OTHER_KEY_MS = 30_000;

/** From a VM that runs to a machine whose SSH server answers with the pinned key. */
export async function makeReady(
  azure: Azure,
  name: string,
  vm: VirtualMachine,
  knownAddress: string | null,
  signal?: AbortSignal,
): Promise<Machine> {
  const [address, tagged] = await Promise.all([
    knownAddress ?? addressOf(azure, name, signal),
    withHostKey(azure, name, vm, signal),
    tagDisk(azure, name, vm, signal),
    azure.shared.letOrchestratorIn(vm.location, signal),
  ]);
  const machine = toMachine(tagged, address, azure.settings);
  if (machine.ssh === null)
    throw new MachineError(
      "unreachable",
      `Machine ${name} is ${machine.state} and has ${address === null ? "no address" : `the address ${address}`}. Create it again, which goes on from here.`,
      { machine: name, provider: "azure", retryable: true },
    );
  await waitForSsh(azure, name, machine.ssh, signal);
  tell(azure, "running", name, `machine ${name} answers at ${machine.ssh.host}:${machine.ssh.port}`);
  return machine;
}

/** The VM with its host key in its tags: read from the machine through Azure where it was not brought there. */
async function withHostKey(
  azure: Azure,
  name: string,
  vm: VirtualMachine,
  signal?: AbortSignal,
): Promise<VirtualMachine> {
  if (ownTags(vm.tags).hostKey !== null) return vm;
  const { clients, settings } = azure;
  const { virtualMachines } = clients.compute;
  const result = await finish(
    virtualMachines.runCommand(
      settings.resourceGroup,
      name,
      { commandId: "RunShellScript", script: [...READ_HOST_KEY] },
      pollOptions(azure, signal),
    ),
    signal,
  );
  const key = hostKeyIn(result.value?.[0]?.message ?? "");
  if (key === null)
    throw new MachineError(
      "create_failed",
      `Machine ${name} did not tell its SSH host key. See that its image has an OpenSSH server and the Azure agent, or use hostKey 'cloud-init'.`,
      { machine: name, provider: "azure", retryable: true },
    );
  const tags = { ...vm.tags, ...hostKeyTag(key) };
  await finish(
    virtualMachines.update(settings.resourceGroup, name, { tags }, pollOptions(azure, signal)),
    signal,
  );
  return { ...vm, tags };
}

/** Azure makes the disk with the VM and does not promise it the VM's tags; a sweep needs them. */
async function tagDisk(azure: Azure, name: string, vm: VirtualMachine, signal?: AbortSignal): Promise<void> {
  const disk = await lookAtDisk(azure, name, signal);
  if (disk === null || disk.name === undefined || ownTags(disk.tags).machine === name) return;
  await finish(
    azure.clients.compute.disks.update(
      azure.settings.resourceGroup,
      disk.name,
      { tags: { ...vm.tags } },
      pollOptions(azure, signal),
    ),
    signal,
  );
}

async function waitForSsh(
  azure: Azure,
  name: string,
  endpoint: SshEndpoint,
  signal?: AbortSignal,
): Promise<void> {
  const { sshTimeoutMs, pollIntervalMs } = azure.settings;
  const deadline = Date.now() + sshTimeoutMs;
  const keyDeadline = Date.now() + OTHER_KEY_MS;
  for (;;) {
    const answer = await askSsh(endpoint, signal);
    signal?.throwIfAborted();
    if (answer === "answers") return;
    // While it boots, an image may show the key that it was built with.
    if (Date.now() >= deadline || (answer === "other_key" && Date.now() >= keyDeadline))
      throw answer === "other_key"
        ? new MachineError(
            "host_key_mismatch",
            `${endpoint.host}:${endpoint.port} shows another host key than machine ${name}'s. Destroy the machine: somebody may be in between.`,
            { machine: name, provider: "azure" },
          )
        : new MachineError(
            "unreachable",
            `Machine ${name} runs, but no SSH server answers at ${endpoint.host}:${endpoint.port} within ${sshTimeoutMs / 1000} s. See that port ${endpoint.port} is open from here (orchestratorIp), then create it again.`,
            { machine: name, provider: "azure" },
          );
    await pause(Math.min(pollIntervalMs, 2000), signal);
  }
}
