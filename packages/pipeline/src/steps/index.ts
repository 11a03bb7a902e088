import type { StepName } from "../state/step-name.ts";
import { bootstrapStep } from "./bootstrap.ts";
import { collectStep } from "./collect.ts";
import { contextualizeStep } from "./contextualize.ts";
import { destroyStep } from "./destroy.ts";
import { destroyProofStep } from "./destroy-proof.ts";
import { forkStep } from "./fork.ts";
import { launchStep } from "./launch.ts";
import { proveStep } from "./prove.ts";
import { provisionProofStep } from "./provision-proof.ts";
import { provisionStep } from "./provision.ts";
import { renderStep } from "./render.ts";
import type { Step } from "./step.ts";
import { watchStep } from "./watch.ts";

/** What each step does. */
export const STEP_TABLE: Readonly<Record<StepName, Step>> = {
  fork: forkStep,
  provision: provisionStep,
  bootstrap: bootstrapStep,
  launch: launchStep,
  watch: watchStep,
  collect: collectStep,
  destroy: destroyStep,
  "provision-proof": provisionProofStep,
  prove: proveStep,
  "destroy-proof": destroyProofStep,
  contextualize: contextualizeStep,
  render: renderStep,
};
