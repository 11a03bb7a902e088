import { destroyMachine } from "./destroy.ts";
import type { Step } from "./step.ts";

export const destroyProofStep: Step = {
  name: "destroy-proof",
  execute: (context) => destroyMachine(context, "proof"),
};
