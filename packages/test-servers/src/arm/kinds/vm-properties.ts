import type { Reference } from "./nic-properties.ts";

export const VM = "Microsoft.Compute/virtualMachines";
export const DISK = "Microsoft.Compute/disks";
export const SCALE_SET = "Microsoft.Compute/virtualMachineScaleSets";

export interface DiskReference {
  readonly name?: string;
  readonly createOption: string;
  readonly diskSizeGB?: number;
  readonly lun?: number;
  readonly deleteOption?: "Delete" | "Detach";
  readonly managedDisk?: { readonly id?: string; readonly storageAccountType?: string };
}

interface NicReference extends Reference {
  readonly properties?: { readonly primary?: boolean; readonly deleteOption?: "Delete" | "Detach" };
}

/** Of a VM, as far as the emulator looks into it. */
export interface VmProperties extends Record<string, unknown> {
  readonly hardwareProfile: { readonly vmSize: string };
  storageProfile: {
    readonly imageReference?: Record<string, unknown>;
    osDisk: DiskReference;
    dataDisks?: readonly DiskReference[];
  };
  readonly osProfile?: {
    readonly computerName?: string;
    readonly adminUsername?: string;
    readonly adminPassword?: string;
    readonly customData?: string;
    readonly linuxConfiguration?: {
      readonly disablePasswordAuthentication?: boolean;
      readonly ssh?: {
        readonly publicKeys?: readonly { readonly path?: string; readonly keyData?: string }[];
      };
    };
  };
  readonly networkProfile?: { readonly networkInterfaces?: readonly NicReference[] };
  readonly diagnosticsProfile?: { readonly bootDiagnostics?: { readonly enabled?: boolean } };
  readonly priority?: "Regular" | "Low" | "Spot";
  readonly evictionPolicy?: "Deallocate" | "Delete";
  readonly billingProfile?: { readonly maxPrice?: number };
  readonly virtualMachineScaleSet?: Reference;
  readonly vmId: string;
  readonly timeCreated: string;
}
