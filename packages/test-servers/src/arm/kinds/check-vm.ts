import { ArmError } from "../arm-error.ts";
import type { Resource } from "../world.ts";
import { type Cloud, sameId } from "./kind.ts";
import type { NicProperties } from "./nic-properties.ts";
import { checkReservation } from "./nics.ts";
import { checkUsage, sizeNamed } from "./quota.ts";
import { checkMembership } from "./scale-sets.ts";
import { DISK, type VmProperties } from "./vm-properties.ts";

export interface NewVm {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly location: string;
  readonly zones: readonly string[] | null;
  readonly properties: VmProperties;
}

/** https://learn.microsoft.com/azure/virtual-machines/linux/faq: names that may not be the administrator's. */
const FORBIDDEN_USERNAMES = new Set(
  "administrator admin user user1 test user2 test1 user3 admin1 1 123 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5".split(
    " ",
  ),
);

/** Refuses what Azure refuses at once; resolves the NICs otherwise. */
export function checkNewVm(cloud: Cloud, vm: NewVm): Resource<NicProperties>[] {
  checkSize(cloud, vm);
  checkImage(vm);
  checkOsProfile(cloud, vm);
  checkDiskNames(cloud, vm);
  const nics = checkNics(cloud, vm);
  const scaleSet = vm.properties.virtualMachineScaleSet;
  if (scaleSet !== undefined) checkMembership(cloud, scaleSet.id, vm);
  try {
    checkQuota(cloud, vm);
  } catch (error) {
    // The NICs have been asked for by then.
    const until = Date.now() + cloud.settings.nicReservationMs;
    for (const { id } of nics) cloud.machines.reserve(id, { vmId: vm.id, until });
    throw error;
  }
  return nics;
}

function invalid(parameter: string, message: string): ArmError {
  return new ArmError(400, "InvalidParameter", `The value of parameter ${parameter} is invalid. ${message}`);
}

function checkSize(cloud: Cloud, vm: NewVm): void {
  const asked = vm.properties.hardwareProfile.vmSize;
  const size = sizeNamed(cloud, asked);
  if (size === undefined)
    throw new ArmError(
      400,
      "InvalidParameter",
      `The value ${asked} provided for the VM size is not valid. The valid sizes in the current region are: ${Object.keys(cloud.settings.sizes).join(",")}.`,
    );
  const zones = size.zones ?? ["1", "2", "3"];
  const here = size.locations?.includes(vm.location) ?? true;
  if (!here || (vm.zones ?? []).some((zone) => !zones.includes(zone)))
    throw new ArmError(
      409,
      "SkuNotAvailable",
      `The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: ${asked}' is currently not available in location '${vm.location}'. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.`,
    );
  const { priority, evictionPolicy, billingProfile } = vm.properties;
  if (priority !== "Spot" && (evictionPolicy !== undefined || billingProfile?.maxPrice !== undefined))
    throw new ArmError(
      409,
      "OperationNotAllowed",
      "Eviction policy and max price can be set only on Azure Spot Virtual Machines: set priority to Spot.",
    );
}

function checkImage(vm: NewVm): void {
  const image = vm.properties.storageProfile.imageReference;
  if (vm.properties.storageProfile.osDisk.createOption !== "FromImage") return;
  if (image === undefined) throw invalid("imageReference", "FromImage needs an image.");
  if (image["publisher"] !== "Canonical") return;
  if (/^ubuntu-\d\d_\d\d-lts$/.test(String(image["offer"])) && image["version"] === "latest") return;
  throw new ArmError(
    404,
    "PlatformImageNotFound",
    `The platform image '${["publisher", "offer", "sku", "version"].map((key) => image[key]).join(":")}' is not available. Verify that all fields in the storage profile are correct.`,
  );
}

function checkOsProfile(cloud: Cloud, vm: NewVm): void {
  const profile = vm.properties.osProfile;
  if (profile === undefined) throw invalid("osProfile", "A VM from an image needs one.");
  const { adminUsername, computerName, customData, linuxConfiguration } = profile;
  if (adminUsername === undefined || adminUsername === "")
    throw invalid("osProfile.adminUsername", "It must be given.");
  const allowed = cloud.settings.backing?.usernames?.includes(adminUsername) ?? false;
  if (!allowed && FORBIDDEN_USERNAMES.has(adminUsername.toLowerCase()))
    throw new ArmError(
      400,
      "InvalidParameter",
      "The Admin Username specified is not allowed. For more information about disallowed usernames, see https://aka.ms/vmosprofile",
    );
  if (computerName === undefined || !/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/i.test(computerName))
    throw new ArmError(
      400,
      "InvalidParameter",
      `Linux host name '${computerName}' must be 1-64 characters of letters, digits and hyphens, and cannot begin or end with a hyphen.`,
    );
  if (customData !== undefined && !isBase64(customData))
    throw new ArmError(400, "InvalidParameter", "Custom data in OSProfile must be in Base64 encoding.");
  const keys = linuxConfiguration?.ssh?.publicKeys ?? [];
  if (linuxConfiguration?.disablePasswordAuthentication === true && keys.length === 0)
    throw invalid(
      "linuxConfiguration.ssh.publicKeys.keyData",
      "Authentication using either SSH or by user name and password must be enabled in Linux profile.",
    );
  for (const key of keys) checkKey(key, adminUsername);
}

function checkKey(key: { readonly path?: string; readonly keyData?: string }, user: string): void {
  const home = `/home/${user}/.ssh/authorized_keys`;
  if (key.path !== home)
    throw new ArmError(
      400,
      "InvalidParameter",
      `Destination path for SSH public keys is currently limited to its default value ${home} due to a known issue in Linux provisioning agent.`,
    );
  if (!/^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+={0,2}( .*)?$/.test(key.keyData?.trim() ?? ""))
    throw invalid(
      "linuxConfiguration.ssh.publicKeys.keyData",
      "It must be an OpenSSH public key of type ssh-rsa or ssh-ed25519.",
    );
}

function checkDiskNames(cloud: Cloud, vm: NewVm): void {
  const { osDisk, dataDisks } = vm.properties.storageProfile;
  for (const disk of [osDisk, ...(dataDisks ?? [])]) {
    if (disk.createOption === "Attach") {
      const attached = cloud.world.refer(disk.managedDisk?.id ?? "", vm.id);
      if (attached.type.toLowerCase() !== DISK.toLowerCase())
        throw invalid("managedDisk.id", "It names no disk.");
      continue;
    }
    if (disk.name === undefined) continue;
    if (cloud.world.find(cloud.world.idOf(vm.group, DISK, [disk.name])) === undefined) continue;
    throw new ArmError(
      409,
      "ConflictingUserInput",
      `Disk ${disk.name} already exists in resource group ${vm.group.toUpperCase()}. Only CreateOption.Attach is supported.`,
    );
  }
}

function checkNics(cloud: Cloud, vm: NewVm): Resource<NicProperties>[] {
  const references = vm.properties.networkProfile?.networkInterfaces ?? [];
  if (references.length === 0)
    throw invalid("networkProfile", "It must have at least one network interface.");
  const primary = references.filter(({ properties }) => properties?.primary === true).length;
  if (references.length > 1 && primary !== 1)
    throw new ArmError(
      400,
      "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
      `Virtual machine ${vm.name} must have one network interface set as the primary.`,
    );
  return references.map(({ id }) => {
    const nic = cloud.world.refer<NicProperties>(id, vm.id);
    const holder = nic.properties.virtualMachine?.id;
    if (holder !== undefined && !sameId(holder, vm.id))
      throw new ArmError(
        400,
        "NicInUse",
        `Network Interface ${nic.id} is used by existing resource ${holder}. In order to use it for ${vm.id}, dissociate it first.`,
      );
    checkReservation(cloud, nic, vm.id);
    if (nic.location !== vm.location)
      throw new ArmError(400, "InvalidResourceReference", `Resource ${id} is not in ${vm.location}.`);
    if (nic.provisioningState !== "Succeeded")
      throw new ArmError(
        409,
        "NetworkInterfaceNotProvisioned",
        `Network interface ${id} is not in Succeeded state but ${nic.provisioningState}.`,
      );
    return nic;
  });
}

function checkQuota(cloud: Cloud, vm: NewVm): void {
  const size = sizeNamed(cloud, vm.properties.hardwareProfile.vmSize);
  if (size === undefined) return;
  checkUsage(cloud, vm.location, "virtualMachines", 1);
  if (vm.properties.priority === "Spot") {
    checkUsage(cloud, vm.location, "lowPriorityCores", size.vCpus);
    return;
  }
  checkUsage(cloud, vm.location, size.family, size.vCpus);
  checkUsage(cloud, vm.location, "cores", size.vCpus);
}

function isBase64(text: string): boolean {
  return Buffer.from(text, "base64").toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
}
