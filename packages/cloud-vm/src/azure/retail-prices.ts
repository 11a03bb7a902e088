import { z } from "zod";

/** One meter's price, in US dollars for one `unitOfMeasure`. */
export interface PriceRow {
  readonly retailPrice: number;
  readonly unitOfMeasure: string;
  readonly productName: string;
  readonly skuName: string;
  readonly meterName: string;
}

const rowSchema = z.object({
  retailPrice: z.number(),
  unitOfMeasure: z.string(),
  productName: z.string(),
  skuName: z.string(),
  meterName: z.string(),
  currencyCode: z.literal("USD"),
});
const pageSchema = z.object({ Items: z.array(z.unknown()), NextPageLink: z.string().nullish() });

const TIMEOUT_MS = 15_000;
const MAX_PAGES = 20;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Asks the public Retail Prices API, which needs no account; values in `filter` are case-sensitive.
 *
 * @throws Error when it does not answer, or not with prices
 */
export async function retailPrices(baseUrl: string, filter: string): Promise<PriceRow[]> {
  const rows: PriceRow[] = [];
  const first = new URL("/api/retail/prices", baseUrl);
  first.searchParams.set("api-version", "2023-01-01-preview");
  first.searchParams.set("currencyCode", "USD");
  first.searchParams.set("$filter", filter);
  let next: URL | null = first;
  for (let page = 0; next !== null && page < MAX_PAGES; page++) {
    // A page that leads elsewhere is none of the API's.
    if (next.origin !== first.origin) throw new Error(`the next page is at ${next.origin}`);
    const response: Response = await fetch(next, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the prices API answered ${response.status}`);
    const text = await response.text();
    if (text.length > MAX_PAGE_BYTES) throw new Error("a page of prices is too long");
    const { Items, NextPageLink } = pageSchema.parse(JSON.parse(text));
    for (const item of Items) {
      const row = rowSchema.safeParse(item);
      if (row.success) rows.push(row.data);
    }
    next = NextPageLink == null || NextPageLink === "" ? null : new URL(NextPageLink);
  }
  return rows;
}
