/** What quota a size counts against. */
export interface SizeFacts {
  readonly vCpus: number;
  /** Name in the usage list, compared without regard to case: `standardDSv5Family`. */
  readonly family: string;
}

/**
 * Reads a size's name by Azure's naming rule: `Standard_D4s_v5` has 4 vCPUs and counts against `standardDSv5Family`. null: it does not keep to it
 * (https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions).
 */
export function sizeFacts(size: string): SizeFacts | null {
  const match = /^Standard_([A-Z]+)(\d+)(?:-(\d+))?([a-z]*)(?:_(v\d+))?$/.exec(size);
  if (match === null) return null;
  const [, letters = "", cpus = "", constrained, features = "", version = ""] = match;
  return {
    vCpus: Number(constrained ?? cpus),
    family: `standard${letters}${features.toUpperCase()}${version}Family`,
  };
}
