import { graphqlRoutes } from "../graphql/serve-graphql.ts";
import type { Route } from "../http/router.ts";
import { actionsRoutes } from "./actions-routes.ts";
import { forkRoutes } from "./fork-routes.ts";
import { metaRoutes } from "./meta-routes.ts";
import { commitRoutes } from "./commit-routes.ts";
import { communityRoutes } from "./community-routes.ts";
import { contentRoutes } from "./content-routes.ts";
import { mergeUpstreamRoutes } from "./merge-upstream-routes.ts";
import { refRoutes } from "./ref-routes.ts";
import { appRoutes } from "./app-routes.ts";
import { billingRoutes } from "./billing-routes.ts";
import { membershipRoutes } from "./membership-routes.ts";
import { pullRoutes } from "./pull-routes.ts";
import { workflowRoutes } from "./workflow-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";
import { searchRoutes } from "./search-routes.ts";

/** Every path that the emulator knows. */
export const routes: readonly Route[] = [
  ...metaRoutes,
  ...repositoryRoutes,
  ...forkRoutes,
  ...actionsRoutes,
  ...commitRoutes,
  ...communityRoutes,
  ...contentRoutes,
  ...mergeUpstreamRoutes,
  ...refRoutes,
  ...appRoutes,
  ...billingRoutes,
  ...membershipRoutes,
  ...pullRoutes,
  ...workflowRoutes,
  ...searchRoutes,
  ...graphqlRoutes,
];
