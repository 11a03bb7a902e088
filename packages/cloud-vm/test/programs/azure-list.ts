// Counts the machines of a subscription, with nothing but the environment to know who it is and whom to trust.
import { MachineError } from "@universe-optimize/cloud-vm";
import { azureProvider } from "@universe-optimize/cloud-vm/azure";

const [resourceManagerUrl = ""] = process.argv.slice(2);
const provider = azureProvider({
  subscriptionId: process.env["AZURE_SUBSCRIPTION_ID"] ?? "",
  resourceGroup: "universe-test",
  resourceManagerUrl,
});
try {
  const machines = await provider.list({});
  process.stdout.write(`${machines.length} machines\n`);
} catch (error) {
  if (!(error instanceof MachineError)) throw error;
  process.stdout.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
