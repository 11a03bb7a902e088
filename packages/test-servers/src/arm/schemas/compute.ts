import {
  flag,
  list,
  object,
  one,
  readOnly,
  reference,
  resourceId,
  type Schema,
  text,
  texts,
  whole,
} from "./parts.ts";

// From Microsoft.Compute 2026-04-01 (disks 2026-03-02), as far as Linux machines need it.
const tracked = {
  ...readOnly,
  location: text,
  tags: texts,
  zones: list({ type: "string", enum: ["1", "2", "3"] }),
} satisfies Record<string, Schema>;

const storageType = one(
  "Standard_LRS",
  "Premium_LRS",
  "StandardSSD_LRS",
  "UltraSSD_LRS",
  "Premium_ZRS",
  "StandardSSD_ZRS",
  "PremiumV2_LRS",
);
const deleteOption = one("Delete", "Detach");
const createOption = one("FromImage", "Empty", "Attach", "Copy", "Restore");
const caching = one("None", "ReadOnly", "ReadWrite");
const diskSize: Schema = { type: "integer", minimum: 1, maximum: 65_536 };
const priority = one("Regular", "Low", "Spot");
const evictionPolicy = one("Deallocate", "Delete");
const billingProfile = object({ maxPrice: { type: "number" } });
const securityProfile = object({
  uefiSettings: object({ secureBootEnabled: flag, vTpmEnabled: flag }),
  encryptionAtHost: flag,
  securityType: one("Standard", "TrustedLaunch", "ConfidentialVM"),
});
const diagnosticsProfile = object({ bootDiagnostics: object({ enabled: flag, storageUri: text }) });
const managedDisk = object({
  id: resourceId(),
  storageAccountType: storageType,
  diskEncryptionSet: reference,
});

const osDisk = object(
  {
    osType: one("Linux", "Windows"),
    name: text,
    caching,
    createOption,
    diskSizeGB: diskSize,
    writeAcceleratorEnabled: flag,
    diffDiskSettings: object({
      option: one("Local"),
      placement: one("CacheDisk", "ResourceDisk", "NvmeDisk"),
    }),
    managedDisk,
    deleteOption,
  },
  ["createOption"],
);

const dataDisk = object(
  {
    lun: { type: "integer", minimum: 0 },
    name: text,
    caching,
    createOption,
    diskSizeGB: diskSize,
    writeAcceleratorEnabled: flag,
    managedDisk,
    toBeDetached: flag,
    detachOption: one("ForceDetach"),
    deleteOption,
  },
  ["lun", "createOption"],
);

const osProfile = object({
  computerName: text,
  adminUsername: { type: "string", minLength: 1, maxLength: 64 },
  adminPassword: text,
  // 64 KiB before base64.
  customData: { type: "string", maxLength: 87_380 },
  linuxConfiguration: object({
    disablePasswordAuthentication: flag,
    ssh: object({ publicKeys: list(object({ path: text, keyData: text }, ["path", "keyData"])) }),
    provisionVMAgent: flag,
    patchSettings: object({
      patchMode: one("ImageDefault", "AutomaticByPlatform"),
      assessmentMode: one("ImageDefault", "AutomaticByPlatform"),
    }),
    enableVMAgentPlatformUpdates: flag,
  }),
  secrets: list({ type: "object" }),
  allowExtensionOperations: flag,
  requireGuestProvisionSignal: flag,
});

/** Bodies of compute resources. */
export const COMPUTE_SCHEMAS: Readonly<Record<string, Schema>> = {
  "microsoft.compute/virtualmachines": object(
    {
      ...tracked,
      identity: object(
        {
          type: one("SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "None"),
          userAssignedIdentities: { type: "object" },
        },
        ["type"],
      ),
      plan: object({ name: text, publisher: text, product: text, promotionCode: text }),
      properties: object(
        {
          provisioningState: text,
          vmId: text,
          timeCreated: text,
          hardwareProfile: object({ vmSize: text }, ["vmSize"]),
          storageProfile: object(
            {
              imageReference: object({
                publisher: text,
                offer: text,
                sku: text,
                version: text,
                exactVersion: text,
                id: text,
                sharedGalleryImageId: text,
                communityGalleryImageId: text,
              }),
              osDisk,
              dataDisks: list(dataDisk),
              diskControllerType: one("SCSI", "NVMe"),
            },
            ["osDisk"],
          ),
          osProfile,
          networkProfile: object({
            networkApiVersion: text,
            networkInterfaces: list(
              object({ id: resourceId(), properties: object({ primary: flag, deleteOption }) }, ["id"]),
            ),
            networkInterfaceConfigurations: list({ type: "object" }),
          }),
          securityProfile,
          diagnosticsProfile,
          additionalCapabilities: object({ ultraSSDEnabled: flag, hibernationEnabled: flag }),
          availabilitySet: reference,
          virtualMachineScaleSet: reference,
          proximityPlacementGroup: reference,
          priority,
          evictionPolicy,
          billingProfile,
          licenseType: text,
          extensionsTimeBudget: text,
          platformFaultDomain: whole,
          scheduledEventsProfile: object({
            terminateNotificationProfile: object({ notBeforeTimeout: text, enable: flag }),
            osImageNotificationProfile: object({ notBeforeTimeout: text, enable: flag }),
          }),
          userData: text,
        },
        ["hardwareProfile", "storageProfile", "networkProfile"],
      ),
    },
    ["location", "properties"],
  ),
  "microsoft.compute/disks": object(
    {
      ...tracked,
      sku: object({ name: storageType, tier: text }),
      properties: object(
        {
          provisioningState: text,
          osType: one("Linux", "Windows"),
          hyperVGeneration: one("V1", "V2"),
          creationData: object(
            {
              createOption: one(
                "Empty",
                "Attach",
                "FromImage",
                "Import",
                "Copy",
                "Restore",
                "Upload",
                "CopyStart",
              ),
              imageReference: object({ id: text, lun: whole }),
              sourceResourceId: text,
            },
            ["createOption"],
          ),
          diskSizeGB: diskSize,
          networkAccessPolicy: one("AllowAll", "AllowPrivate", "DenyAll"),
          publicNetworkAccess: one("Enabled", "Disabled"),
        },
        ["creationData"],
      ),
    },
    ["location", "properties"],
  ),
  "microsoft.compute/virtualmachinescalesets": object(
    {
      ...tracked,
      sku: object({ name: text, tier: text, capacity: whole }),
      properties: object({
        provisioningState: text,
        orchestrationMode: one("Uniform", "Flexible"),
        platformFaultDomainCount: { type: "integer", minimum: 1, maximum: 5 },
        singlePlacementGroup: flag,
        zoneBalance: flag,
        upgradePolicy: { type: "object" },
        scaleInPolicy: { type: "object" },
        constrainedMaximumCapacity: flag,
        additionalCapabilities: { type: "object" },
        resiliencyPolicy: { type: "object" },
        virtualMachineProfile: { type: "object" },
      }),
    },
    ["location", "properties"],
  ),
  runcommand: object(
    {
      commandId: text,
      script: list(text),
      parameters: list(object({ name: text, value: text }, ["name", "value"])),
    },
    ["commandId"],
  ),
};
