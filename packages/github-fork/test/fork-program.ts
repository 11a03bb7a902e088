// Forks, bundles or pushes once and says when it is done: a child process that a test kills.
import { localForkProvider } from "@universe-optimize/github-fork/local";

const [act = "", directory = "", upstream = "", file = "", branch = "", sha = ""] = process.argv.slice(2);
const provider = localForkProvider({ directory, organization: "our-org" });

process.stdout.write("begun\n");
const fork = await provider.fork({ repo: "acme/app", upstream });
if (act === "bundle") await provider.bundle(fork, file);
if (act === "push") await provider.push({ fork, bundleFile: file, branch, sha });
process.stdout.write("done\n");
