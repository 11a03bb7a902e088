// Destroys a local machine: to be killed on the way.
import { localProvider } from "@universe-optimize/cloud-vm/local";

const [directory = ""] = process.argv.slice(2);
await localProvider({ directory }).destroy("crash");
