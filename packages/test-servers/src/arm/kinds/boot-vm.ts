import { generateKeyPairSync } from "node:crypto";
import { hostKeyOf } from "../cloud-config.ts";
import type { Machine } from "../machines.ts";
import type { Resource } from "../world.ts";
import type { Cloud } from "./kind.ts";
import type { NicProperties } from "./nic-properties.ts";
import type { VmProperties } from "./vm-properties.ts";

/** Makes the VM run: with a body where the emulator gives one, else with a host key at least. */
export async function bootVm(cloud: Cloud, vm: Resource<VmProperties>, machine: Machine): Promise<void> {
  const profile = vm.properties.osProfile;
  const hostKey = hostKeyOf(profile?.customData ?? "");
  if (cloud.settings.backing === null) {
    if (machine.hostKeys.length === 0) machine.hostKeys = [hostKey?.publicKey ?? makeHostKey()];
  } else {
    const keys = profile?.linuxConfiguration?.ssh?.publicKeys ?? [];
    const backed = await cloud.settings.backing.boot({
      vmId: vm.properties.vmId,
      name: vm.name,
      adminUsername: profile?.adminUsername ?? "",
      authorizedKeys: keys.flatMap(({ keyData }) => (keyData === undefined ? [] : [keyData.trim()])),
      hostKey,
      host: addressOf(cloud, vm),
      port: cloud.settings.sshPort,
    });
    // Deleted while it booted: it must not outlive its VM.
    if (cloud.world.find(vm.id) !== (vm as Resource) || vm.provisioningState === "Deleting") {
      await backed.destroy();
      return;
    }
    machine.backed = backed;
    machine.hostKeys = backed.hostKeys;
  }
  machine.power = "running";
}

/** Where the VM's SSH server listens: its public address, or its private one. */
function addressOf(cloud: Cloud, vm: Resource<VmProperties>): string | null {
  const nicId = vm.properties.networkProfile?.networkInterfaces?.[0]?.id;
  const nic = nicId === undefined ? undefined : cloud.world.find<NicProperties>(nicId);
  const configuration = nic?.properties.ipConfigurations[0]?.properties;
  const publicIp = configuration?.publicIPAddress;
  const address = publicIp === undefined ? undefined : cloud.world.find(publicIp.id)?.properties["ipAddress"];
  return typeof address === "string" ? address : (configuration?.privateIPAddress ?? null);
}

/** A host key whose private half nobody needs. */
function makeHostKey(): string {
  const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([field(Buffer.from("ssh-ed25519")), field(Buffer.from(x ?? "", "base64url"))]);
  return `ssh-ed25519 ${blob.toString("base64")}`;
}
