import type { Route } from "../http/router.ts";
import { actionsRoutes } from "./actions-routes.ts";
import { forkRoutes } from "./fork-routes.ts";
import { metaRoutes } from "./meta-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";
import { searchRoutes } from "./search-routes.ts";

/** Every path that the emulator knows. */
export const routes: readonly Route[] = [
  ...metaRoutes,
  ...repositoryRoutes,
  ...forkRoutes,
  ...actionsRoutes,
  ...searchRoutes,
];
