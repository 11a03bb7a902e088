export { type OpenedStore, stateStoreSuite, type StateStoreSuite } from "./suite.ts";
