import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { azureProvider, processMemory, type AzureProviderOptions } from "@universe-optimize/cloud-vm/azure";
import { expect, it } from "vitest";

interface Row {
  readonly meterName: string;
  readonly skuName: string;
  readonly productName: string;
  readonly retailPrice: number;
  readonly unitOfMeasure: string;
}

const vm = (meterName: string, retailPrice: number, productName = "Virtual Machines Dsv5 Series"): Row => ({
  meterName,
  skuName: meterName,
  productName,
  retailPrice,
  unitOfMeasure: "1 Hour",
});
// The order and the neighbours in which the API lists a size.
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "Virtual Machines": [
    vm("D4s v5 Low Priority", 0.04),
    vm("D4s v5 Spot", 0.05),
    vm("D4s v5", 0.376, "Virtual Machines Dsv5 Series Windows"),
    vm("D4s v5", 0.2),
  ],
  Storage: [
    {
      meterName: "P10 LRS Disk Mount",
      skuName: "P10 LRS",
      productName: "Premium SSD Managed Disks",
      retailPrice: 1.1,
      unitOfMeasure: "1/Month",
    },
    {
      meterName: "P10 LRS Disk",
      skuName: "P10 LRS",
      productName: "Premium SSD Managed Disks",
      retailPrice: 73,
      unitOfMeasure: "1/Month",
    },
  ],
  "Virtual Network": [
    {
      meterName: "Standard IPv4 Static Public IP",
      skuName: "Standard",
      productName: "IP Addresses",
      retailPrice: 0.01,
      unitOfMeasure: "1 Hour",
    },
  ],
};

/** The Retail Prices API: one row a page, values compared with their case. */
async function pricesApi(
  strike: (response: ServerResponse) => boolean = () => false,
): Promise<AsyncDisposable & { url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "", "http://prices.test");
    const filter = url.searchParams.get("$filter") ?? "";
    asked.push(filter);
    if (strike(response)) return;
    const service = /serviceName eq '([^']+)'/.exec(filter)?.[1] ?? "";
    const page = Number(url.searchParams.get("$skip") ?? 0);
    const known =
      filter.includes("armRegionName eq 'eastus'") && filter.includes("priceType eq 'Consumption'");
    const rows = known ? (ROWS[service] ?? []) : [];
    const next = new URL(url);
    next.searchParams.set("$skip", String(page + 1));
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        BillingCurrency: "USD",
        Items: rows.slice(page, page + 1).map((row) => ({ currencyCode: "USD", ...row })),
        NextPageLink:
          page + 1 < rows.length ? `http://${request.headers.host}${next.pathname}${next.search}` : null,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const options = (pricesUrl: string): AzureProviderOptions => ({
  subscriptionId: "00000000-0000-0000-0000-000000000000",
  resourceGroup: "any",
  pricesUrl,
});

it("adds up machine, disk and address, and asks once a day", async () => {
  await using api = await pricesApi();
  const memory = processMemory();
  const price = await azureProvider({ ...options(api.url), memory }).price();
  expect(price.usdPerHour).toBeCloseTo(0.2 + 0.1 + 0.01, 6);
  expect(price.source).toBe(
    "Azure Retail Prices API: Standard_D4s_v5 in eastus with 128 GiB Premium_LRS and a public address",
  );
  const asked = api.asked.length;
  expect(asked).toBe(4 + 2 + 1);
  await azureProvider({ ...options(api.url), memory }).price();
  expect(api.asked).toHaveLength(asked);
});

it("knows spot machines, and the price of a given placement", async () => {
  await using api = await pricesApi();
  const provider = azureProvider({ ...options(api.url), network: "private", spot: { enabled: true } });
  expect((await provider.price()).usdPerHour).toBeCloseTo(0.05 + 0.1, 6);
  const placement = { size: "Standard_D4s_v5", region: "eastus", zone: "1", spot: false };
  expect((await provider.price(placement)).usdPerHour).toBeCloseTo(0.2 + 0.1, 6);
});

function answer(response: ServerResponse, text: string, status = 200): boolean {
  response.writeHead(status).end(text);
  return true;
}

it.each([
  ["nobody answers", "http://127.0.0.1:9", null],
  ["it answers 500", null, (response: ServerResponse): boolean => answer(response, "no", 500)],
  ["it answers with something else", null, (response: ServerResponse): boolean => answer(response, "<html>")],
  [
    "its next page leads elsewhere",
    null,
    (response: ServerResponse): boolean =>
      answer(response, '{"Items":[],"NextPageLink":"http://example.com/"}'),
  ],
] as const)("falls back on the shipped table, and says so, when %s", async (_name, url, strike) => {
  await using api = await pricesApi(strike ?? undefined);
  const price = await azureProvider(options(url ?? api.url)).price();
  expect(price.usdPerHour).toBeCloseTo(0.192 + 19.71 / 730 + 0.005, 5);
  expect(price.source).toMatch(
    /the VM, the disk, the address by an estimate of \d{4}-\d\d for eastus that ships with this program/,
  );
});

it("says what it guesses for a region that the API does not know", async () => {
  await using api = await pricesApi();
  const price = await azureProvider({
    ...options(api.url),
    location: "nowhere",
    size: "Standard_X8_v9",
  }).price();
  expect(price.usdPerHour).toBeGreaterThan(0.4);
  expect(price.source).toContain("5 cents a vCPU");
});
