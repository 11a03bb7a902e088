import type { Usage } from "@azure/arm-compute";
import type { MachinePlacement } from "../machine.ts";
import type { AzureClients } from "./clients.ts";
import { sizeFacts } from "./sizes.ts";

/** One limit of a region, and what is left of it. */
export interface QuotaRow {
  /** As Azure names it: `cores`, `lowPriorityCores`, `standardDSv5Family`. */
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

/** The quotas that a placement draws from, with its vCPUs. */
export interface PlacementQuota {
  readonly vCpus: number;
  readonly rows: readonly QuotaRow[];
  /** How many more such machines there is quota for. */
  readonly machines: number;
}

const MAX_AGE_MS = 60_000;

/** What is left of the quotas, asked once a minute and region. */
export class QuotaCheck {
  readonly #clients: AzureClients;
  readonly #usages = new Map<string, { readonly at: number; readonly rows: Promise<QuotaRow[]> }>();

  constructor(clients: AzureClients) {
    this.#clients = clients;
  }

  /** null: unknown, because the size's name does not say what it draws from. Rejects when Azure does not tell. */
  async of(placement: MachinePlacement): Promise<PlacementQuota | null> {
    const facts = sizeFacts(placement.size);
    if (facts === null) return null;
    const rows = await this.#rows(placement.region);
    const find = (name: string): QuotaRow[] =>
      rows.filter((row) => row.name.toLowerCase() === name.toLowerCase());
    const drawn = placement.spot
      ? find("lowPriorityCores")
      : [...find(facts.family), ...find("cores"), ...find("virtualMachines")];
    const room = drawn.map(({ name, used, limit }) =>
      Math.floor((limit - used) / (name.toLowerCase() === "virtualmachines" ? 1 : facts.vCpus)),
    );
    if (room.length === 0) return null;
    return { vCpus: facts.vCpus, rows: drawn, machines: Math.max(0, Math.min(...room)) };
  }

  async #rows(region: string): Promise<QuotaRow[]> {
    const known = this.#usages.get(region);
    if (known !== undefined && Date.now() - known.at < MAX_AGE_MS) return await known.rows;
    const rows = this.#ask(region);
    this.#usages.set(region, { at: Date.now(), rows });
    rows.catch(() => this.#usages.delete(region));
    return await rows;
  }

  async #ask(region: string): Promise<QuotaRow[]> {
    const rows: QuotaRow[] = [];
    for await (const usage of this.#clients.compute.usage.list(region)) rows.push(rowOf(usage));
    return rows;
  }
}

function rowOf(usage: Usage): QuotaRow {
  return { name: usage.name.value ?? "", used: usage.currentValue, limit: usage.limit };
}
