/**
 * An estimate of the list prices of Linux machines in East US, US dollars, for when the Retail Prices API cannot be reached. Written down
 * by hand and never compared with the API: good for the order of a cost, not for a bill. Other regions differ by up to a third.
 */
export const PRICE_TABLE = {
  /** When they were written down. */
  date: "2025-06",
  region: "eastus",
  /** An hour. */
  sizes: {
    Standard_D2s_v5: 0.096,
    Standard_D4s_v5: 0.192,
    Standard_D8s_v5: 0.384,
    Standard_D16s_v5: 0.768,
    Standard_D2as_v5: 0.086,
    Standard_D4as_v5: 0.172,
    Standard_D8as_v5: 0.344,
    Standard_D16as_v5: 0.688,
    Standard_D2s_v4: 0.096,
    Standard_D4s_v4: 0.192,
    Standard_D8s_v4: 0.384,
    Standard_D2s_v3: 0.096,
    Standard_D4s_v3: 0.192,
    Standard_D8s_v3: 0.384,
    Standard_F4s_v2: 0.169,
    Standard_F8s_v2: 0.338,
    Standard_E4s_v5: 0.252,
    Standard_E8s_v5: 0.504,
  } as Readonly<Record<string, number>>,
  /** A month, by product and the size up to which a disk counts as one of them, GiB. */
  disks: {
    Premium_LRS: [
      [32, "P4", 5.28],
      [64, "P6", 10.21],
      [128, "P10", 19.71],
      [256, "P15", 38.01],
      [512, "P20", 73.22],
      [1024, "P30", 135.17],
      [2048, "P40", 259.05],
      [4096, "P50", 495.57],
    ],
    StandardSSD_LRS: [
      [32, "E4", 2.4],
      [64, "E6", 4.8],
      [128, "E10", 9.6],
      [256, "E15", 19.2],
      [512, "E20", 38.4],
      [1024, "E30", 76.8],
      [2048, "E40", 153.6],
      [4096, "E50", 307.2],
    ],
    Standard_LRS: [
      [32, "S4", 1.54],
      [64, "S6", 3.01],
      [128, "S10", 5.89],
      [256, "S15", 11.33],
      [512, "S20", 21.76],
      [1024, "S30", 40.96],
      [2048, "S40", 77.83],
      [4096, "S50", 143.36],
    ],
  } as Readonly<Record<string, readonly (readonly [number, string, number])[]>>,
  /** An hour of a static IPv4 address. */
  address: 0.005,
} as const;

/** Azure bills months of 730 hours. */
export const HOURS_PER_MONTH = 730;
