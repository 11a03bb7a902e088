// npm start: the demonstration, from nothing but git and Node 20. Arguments after -- go to `uo` instead.
import { environment, node24, run, setUp } from "./setup.mjs";

setUp();
const given = process.argv.slice(2);
run(node24, ["apps/cli/src/main.ts", ...(given.length === 0 ? ["demo"] : given)], {
  env: { ...environment, UNIVERSE_COMMAND: "npx pnpm uo" },
});
