export { discover, type DiscoverOptions, type DiscoverProgress, type EmployeeSource } from "./discover.ts";
export { DiscoveryError, type DiscoveryErrorCode } from "./errors.ts";
export type { GitHubReader } from "./github-reader.ts";
export type { EmployeeCount, RejectionCode } from "./judge/judge.ts";
export type { DiscoveredProject, DiscoveryList } from "./list/discovery-list.ts";
export { pickProjects, readDiscoveredProjects, writeDiscoveryList } from "./list/list-files.ts";
export { toCsv, toMarkdown } from "./list/render-list.ts";
export { DEFAULT_CRITERIA, type DiscoveryCriteria } from "./search/criteria.ts";
export { type ApolloOptions, apolloContacts } from "./contacts/apollo.ts";
export {
  type ContactLedger,
  type ContactLedgerOptions,
  openContactLedger,
} from "./contacts/contact-ledger.ts";
export type {
  Booking,
  Company,
  ContactSource,
  FoundContact,
  Paid,
  Person,
  Quote,
} from "./contacts/contact-source.ts";
export {
  type ContactOutcome,
  DECIDING_TITLES,
  employeesFrom,
  findContact,
  type FindContactOptions,
  manualContact,
} from "./contacts/find-contact.ts";
export type { KeptContact, OpenReservation } from "./contacts/ledger-state.ts";
export { type SumbleOptions, sumbleContacts } from "./contacts/sumble.ts";
