import type {
  ApolloContact,
  ApolloMessage,
  ApolloOrganization,
  ApolloPerson,
  ApolloSequence,
  ApolloTask,
  ApolloViolation,
} from "./apollo-data.ts";
import { objectIds } from "./object-id.ts";

interface KnownOrganization extends ApolloOrganization {
  readonly id: string;
}

export interface KnownPerson extends ApolloPerson {
  readonly id: string;
  readonly organization: KnownOrganization | null;
}

/** Everything that the server remembers. */
export interface ApolloState {
  readonly organizations: readonly KnownOrganization[];
  readonly people: readonly KnownPerson[];
  readonly contacts: ApolloContact[];
  readonly messages: ApolloMessage[];
  readonly tasks: ApolloTask[];
  readonly sequences: ApolloSequence[];
  readonly violations: ApolloViolation[];
  readonly userId: string;
  readonly emailAccountId: string;
  creditsLeft: number;
  creditsUsed: number;
  readonly newId: () => string;
}

export function apolloState(
  organizations: readonly ApolloOrganization[],
  people: readonly ApolloPerson[],
  credits: number,
): ApolloState {
  const newId = objectIds();
  const known = organizations.map((organization) => ({ ...organization, id: organization.id ?? newId() }));
  return {
    organizations: known,
    people: people.map((person) => ({
      ...person,
      id: person.id ?? newId(),
      organization: known.find(({ domain }) => domain === person.domain) ?? null,
    })),
    contacts: [],
    messages: [],
    tasks: [],
    sequences: [],
    violations: [],
    userId: newId(),
    emailAccountId: newId(),
    creditsLeft: credits,
    creditsUsed: 0,
    newId,
  };
}

/** Takes credits; false: there are not enough, and none are taken. */
export function takeCredits(state: ApolloState, credits: number): boolean {
  if (state.creditsLeft < credits) return false;
  state.creditsLeft -= credits;
  state.creditsUsed += credits;
  return true;
}
