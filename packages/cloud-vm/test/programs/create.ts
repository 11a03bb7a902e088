// Creates a local machine: to be killed on the way.
import { localProvider } from "@universe-optimize/cloud-vm/local";

const [directory = "", authorizedKey = ""] = process.argv.slice(2);
await localProvider({ directory }).create({ name: "crash", tags: { job: "job-1" }, authorizedKey });
