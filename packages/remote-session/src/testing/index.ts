export { sessionSuite, type SessionSuite } from "./session-suite.ts";
