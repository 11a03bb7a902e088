export type {
  ApolloContact,
  ApolloMessage,
  ApolloOrganization,
  ApolloPerson,
  ApolloSequence,
  ApolloStep,
  ApolloTask,
  ApolloViolation,
} from "./apollo-data.ts";
export type { ApolloLimits } from "./rate-windows.ts";
export { type ApolloOptions, startApollo, type TestApollo } from "./start-apollo.ts";
