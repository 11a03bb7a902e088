// Many machines under random faults: cut, black-holed, stalled, slow, half-open and refused connections, sshd's processes
// killed and stopped, supervisors, loggers and hearts of the jobs killed. Every run must come home whole.
//   node --expose-gc benchmarks/soak.ts [--endpoints 200] [--servers 8] [--seconds 300] [--fault-every-ms 100] [--poll-ms 2000]
// Prints its progress, then one JSON line; exit status 1 when a run did not come home right.
import { parseArgs } from "node:util";
import { soak } from "../packages/remote-session/test/support/soak.ts";

const { values } = parseArgs({
  options: {
    endpoints: { type: "string", default: "200" },
    servers: { type: "string", default: "8" },
    seconds: { type: "string", default: "300" },
    "fault-every-ms": { type: "string", default: "100" },
    "poll-ms": { type: "string", default: "2000" },
  },
});
const result = await soak({
  endpoints: Number(values.endpoints),
  servers: Number(values.servers),
  seconds: Number(values.seconds),
  faultEveryMs: Number(values["fault-every-ms"]),
  pollMs: Number(values["poll-ms"]),
  graceSeconds: 300,
  report: (line) => console.error(line),
});
console.log(JSON.stringify(result));
process.exitCode = result.wrong.length === 0 ? 0 : 1;
