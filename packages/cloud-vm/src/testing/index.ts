export {
  machineProviderSuite,
  type LoginResult,
  type MachineProviderSuiteOptions,
} from "./machine-provider-suite.ts";
export { sshLogin } from "./ssh-login.ts";
