export { localForkProvider, type LocalForkOptions } from "./local-fork-provider.ts";
