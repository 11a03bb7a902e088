// Creates or destroys a machine on the hosts of an inventory, read from standard input: to be killed on the way.
import { text } from "node:stream/consumers";
import { hostsProvider } from "@universe-optimize/cloud-vm/hosts";

const { act, request, ...options } = JSON.parse(await text(process.stdin));
const provider = hostsProvider(options);
process.stdout.write("ready\n");
await (act === "create" ? provider.create(request) : provider.destroy(request.name));
