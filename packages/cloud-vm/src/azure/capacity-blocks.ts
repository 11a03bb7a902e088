import type { MachinePlacement } from "../machine.ts";
import type { FailureKind } from "./arm-errors.ts";
import type { Memory } from "./memory.ts";

/** Why a placement is not tried, and until when. */
export interface CapacityBlock {
  readonly kind: BlockKind;
  readonly until: Date;
  /** Since when. */
  readonly since: Date;
  /** What Azure said. */
  readonly reason: string;
}

export type BlockKind = Extract<FailureKind, "allocation" | "quota" | "quota_none" | "size">;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
// Room comes back within minutes, quota when machines end; what is not sold or not granted takes a person.
const BLOCK_MS: Readonly<Record<BlockKind, number>> = {
  allocation: 10 * MINUTE_MS,
  quota: HOUR_MS,
  quota_none: 23 * HOUR_MS,
  size: 23 * HOUR_MS,
};

export function isBlockKind(kind: FailureKind): kind is BlockKind {
  return Object.hasOwn(BLOCK_MS, kind);
}

/** Remembers for a while which placements Azure refused, so that nobody tries them in vain. */
export class CapacityBlocks {
  readonly #memory: Memory;
  readonly #prefix: string;
  readonly #now: () => number;

  constructor(memory: Memory, subscriptionId: string, now: () => number = Date.now) {
    this.#memory = memory;
    this.#prefix = `azure/block/${subscriptionId}`;
    this.#now = now;
  }

  async block(placement: MachinePlacement, kind: BlockKind, reason: string): Promise<CapacityBlock> {
    const block = this.make(kind, reason);
    // Quota is one for all zones of a region.
    const place = kind === "quota" || kind === "quota_none" ? { ...placement, zone: null } : placement;
    const key = this.#key(place, kind);
    await this.#memory.set(key, JSON.stringify(block), block.until);
    return block;
  }

  /** A block from now on, written down nowhere. */
  make(kind: BlockKind, reason: string): CapacityBlock {
    const now = this.#now();
    return { kind, since: new Date(now), until: new Date(now + BLOCK_MS[kind]), reason };
  }

  /** The block that ends last; null: it may be tried. */
  async find(placement: MachinePlacement): Promise<CapacityBlock | null> {
    const regional = { ...placement, zone: null };
    const texts = await Promise.all([
      this.#memory.get(this.#key(placement, "allocation")),
      this.#memory.get(this.#key(placement, "size")),
      this.#memory.get(this.#key(regional, "quota")),
      this.#memory.get(this.#key(regional, "quota_none")),
    ]);
    const blocks = texts.flatMap((text) => readBlock(text) ?? []);
    return blocks
      .filter(({ until }) => until.getTime() > this.#now())
      .reduce<CapacityBlock | null>(
        (last, block) => (last === null || block.until > last.until ? block : last),
        null,
      );
  }

  #key({ size, region, zone, spot }: MachinePlacement, kind: BlockKind): string {
    return [this.#prefix, region, zone ?? "any", size, spot ? "spot" : "regular", kind].join("/");
  }
}

/** What a store gives back may be of another version; then there is no block. */
function readBlock(text: string | null): CapacityBlock | null {
  if (text === null) return null;
  try {
    const { kind, since, until, reason } = JSON.parse(text) as Record<string, unknown>;
    if (typeof kind !== "string" || !Object.hasOwn(BLOCK_MS, kind)) return null;
    const dates = [new Date(String(since)), new Date(String(until))] as const;
    if (dates.some((date) => Number.isNaN(date.getTime()))) return null;
    return {
      kind: kind as BlockKind,
      since: dates[0],
      until: dates[1],
      reason: typeof reason === "string" ? reason : "",
    };
  } catch {
    return null;
  }
}
