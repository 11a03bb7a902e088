// Asks for a company through the ledger, and prints a line right before the call: node contact-program.ts BASE_URL LEDGER. The key comes on standard input.
import { readFileSync } from "node:fs";
import { apolloContacts, openContactLedger } from "@universe-optimize/project-discovery";

const [baseUrl = "", file = ""] = process.argv.slice(2);
const source = apolloContacts({ apiKey: readFileSync(0, "utf8"), baseUrl });
await using ledger = await openContactLedger({ file, maxCredits: 10 });
const quote = source.company({ name: "Acme", domain: "example.com" });
await ledger.perform({
  ...quote,
  async call(booking) {
    process.stdout.write("calling\n");
    return await quote.call(booking);
  },
});
