import type { MachinePlacement } from "../machine.ts";
import type { MachinePrice } from "../provider.ts";
import { HOURS_PER_MONTH, PRICE_TABLE } from "./price-table.ts";
import { retailPrices, type PriceRow } from "./retail-prices.ts";
import type { AzureSettings } from "./settings.ts";
import { sizeFacts } from "./sizes.ts";

const DAY_MS = 24 * 3_600_000;
const RETRY_MS = 10 * 60_000;

/** One part of a machine's price, an hour of it. */
interface Part {
  readonly usdPerHour: number;
  /** null: the API's, of today. */
  readonly caveat: string | null;
}

/** What machines cost: the VM, its disk and its address. */
export class AzurePrices {
  readonly #settings: AzureSettings;

  constructor(settings: AzureSettings) {
    this.#settings = settings;
  }

  /** Never rejects: what the API does not tell comes from the shipped table, and the source says so. */
  async of(placement: MachinePlacement): Promise<MachinePrice> {
    const { network, diskGiB, diskType } = this.#settings;
    const tier = diskTier(diskType, diskGiB);
    const parts = await Promise.all([
      this.#part(
        `vm/${placement.region}/${placement.size}/${placement.spot ? "spot" : "regular"}`,
        vmFilter(placement),
        (rows) => pickVm(rows, placement.spot),
        1,
        () => tableVm(placement),
      ),
      this.#part(
        `disk/${placement.region}/${tier.name}`,
        diskFilter(placement.region, tier.name),
        (rows) => pickDisk(rows, tier.name),
        HOURS_PER_MONTH,
        () => ({ usdPerHour: tier.usdPerMonth / HOURS_PER_MONTH, caveat: "the disk" }),
      ),
      ...(network === "private"
        ? []
        : [
            this.#part(
              `address/${placement.region}`,
              addressFilter(placement.region),
              pickAddress,
              1,
              () => ({ usdPerHour: PRICE_TABLE.address, caveat: "the address" }),
            ),
          ]),
    ]);
    const usdPerHour = parts.reduce((sum, part) => sum + part.usdPerHour, 0);
    const caveats = [...new Set(parts.flatMap(({ caveat }) => caveat ?? []))];
    const what = `${placement.spot ? "spot " : ""}${placement.size} in ${placement.region} with ${diskGiB} GiB ${diskType}${network === "private" ? "" : " and a public address"}`;
    return {
      usdPerHour: Math.round(usdPerHour * 1e6) / 1e6,
      source:
        caveats.length === 0
          ? `Azure Retail Prices API: ${what}`
          : `${what}: ${caveats.length === parts.length ? "" : "Azure Retail Prices API, but "}${caveats.join(", ")} by an estimate of ${PRICE_TABLE.date} for ${PRICE_TABLE.region} that ships with this program, not Azure's own word: check with azure.microsoft.com/pricing`,
    };
  }

  async #part(
    key: string,
    filter: string,
    pick: (rows: readonly PriceRow[]) => number | null,
    perHours: number,
    fallback: () => Part,
  ): Promise<Part> {
    const { memory, pricesUrl } = this.#settings;
    const place = `azure/price/${new URL(pricesUrl).host}/${key}`;
    const known = Number((await memory.get(place)) ?? Number.NaN);
    if (known > 0) return { usdPerHour: known, caveat: null };
    if (known === 0) return fallback(); // asked in vain a moment ago
    try {
      const price = pick(await retailPrices(pricesUrl, filter));
      if (price !== null) {
        const usdPerHour = price / perHours;
        await memory.set(place, String(usdPerHour), new Date(Date.now() + DAY_MS));
        return { usdPerHour, caveat: null };
      }
    } catch {
      // Offline, or not for us: an estimate is better than none.
    }
    await memory.set(place, "0", new Date(Date.now() + RETRY_MS)).catch(() => undefined);
    return fallback();
  }
}

function vmFilter({ region, size }: MachinePlacement): string {
  return `serviceName eq 'Virtual Machines' and priceType eq 'Consumption' and armRegionName eq '${region}' and armSkuName eq '${size}'`;
}

function diskFilter(region: string, tier: string): string {
  return `serviceName eq 'Storage' and priceType eq 'Consumption' and armRegionName eq '${region}' and skuName eq '${tier} LRS'`;
}

function addressFilter(region: string): string {
  return `serviceName eq 'Virtual Network' and priceType eq 'Consumption' and armRegionName eq '${region}' and productName eq 'IP Addresses'`;
}

/** Rows of Windows, of the retired Low Priority, and of the other of spot and regular are in the same answer. */
function pickVm(rows: readonly PriceRow[], spot: boolean): number | null {
  const fitting = rows.filter(
    ({ productName, meterName, skuName, unitOfMeasure }) =>
      unitOfMeasure === "1 Hour" &&
      !/windows|cloud ?services/i.test(productName) &&
      !/low priority/i.test(`${meterName} ${skuName}`) &&
      /spot/i.test(`${meterName} ${skuName}`) === spot,
  );
  return cheapest(fitting);
}

function pickDisk(rows: readonly PriceRow[], tier: string): number | null {
  return cheapest(
    rows.filter(
      ({ meterName, unitOfMeasure }) => meterName === `${tier} LRS Disk` && unitOfMeasure === "1/Month",
    ),
  );
}

function pickAddress(rows: readonly PriceRow[]): number | null {
  return cheapest(
    rows.filter(
      ({ meterName, unitOfMeasure }) =>
        /^Standard IPv4 Static Public IP$/i.test(meterName) && unitOfMeasure === "1 Hour",
    ),
  );
}

function cheapest(rows: readonly PriceRow[]): number | null {
  const prices = rows.map(({ retailPrice }) => retailPrice).filter((price) => price > 0);
  return prices.length === 0 ? null : Math.min(...prices);
}

/** The product that a disk of that size is billed as: the next one up. */
function diskTier(
  type: AzureSettings["diskType"],
  gib: number,
): { readonly name: string; readonly usdPerMonth: number } {
  const tiers = PRICE_TABLE.disks[type] ?? [];
  const [, name = "", usdPerMonth = 0] = tiers.find(([upTo]) => gib <= upTo) ?? tiers.at(-1) ?? [];
  return { name, usdPerMonth };
}

function tableVm({ size, spot }: MachinePlacement): Part {
  const listed = PRICE_TABLE.sizes[size];
  // Of a size that the table lacks, 5 cents a vCPU is the general-purpose series' price, rounded up.
  const usdPerHour = listed ?? (sizeFacts(size)?.vCpus ?? 4) * 0.05;
  return {
    usdPerHour,
    caveat: `${listed === undefined ? "the VM at 5 cents a vCPU, for want of a better figure" : "the VM"}${spot ? " at the regular price" : ""}`,
  };
}
