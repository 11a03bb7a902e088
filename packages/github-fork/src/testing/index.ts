export { forkProviderSuite, type ForkStage, type ForkSuiteOptions } from "./fork-provider-suite.ts";
export { makeUpstream, type UpstreamOptions, type UpstreamRepository } from "./make-upstream.ts";
export { commitOnBundle, type BundleWork } from "./commit-on-bundle.ts";
