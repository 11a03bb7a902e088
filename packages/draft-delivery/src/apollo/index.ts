export { type AllowedRequest, allowedRequests, allowedUrl, type ApolloRequest } from "./allow-list.ts";
export { apolloClient, type ApolloClient, apolloKey, type ApolloOptions } from "./client.ts";
export { type ApolloRecipient, contactId } from "./contacts.ts";
export { type ApolloDraft, type ApolloPlacement, createApolloDraft } from "./drafts.ts";
export { type ApolloEnrolment, enrolInSequence, type ManualSequence, manualSequence } from "./sequences.ts";
