export { localProvider, type LocalProviderOptions } from "./local-provider.ts";
