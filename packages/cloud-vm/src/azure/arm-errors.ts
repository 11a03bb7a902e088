import { MachineError, type MachineErrorCode } from "../errors.ts";
import { isUntrusted, NODE_TRUST } from "./trust.ts";

/** What Azure said when it refused, at once or inside a long-running operation. */
export interface ArmFailure {
  /** Azure's own code; empty when it gave none. */
  readonly code: string;
  readonly message: string;
  /** HTTP status; null inside an operation, or when there was no answer. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
}

// The SDK tells a failed operation as a plain Error, of which only this text says why.
const OPERATION_FAILED = /^The long-running operation has failed(?:\. ([A-Za-z][\w.]*)\. ([\s\S]*))?/;
const MAX_MESSAGE = 600;

/** Reads an error of the SDK; null when it is none of Azure's, so a fault of ours. */
export function readArmFailure(error: unknown): ArmFailure | null {
  if (!(error instanceof Error)) return null;
  const operation = OPERATION_FAILED.exec(error.message);
  if (operation !== null)
    return {
      code: operation[1] ?? "OperationFailed",
      message: printable(operation[2] ?? error.message),
      status: null,
      retryAfterMs: null,
    };
  if (
    error.message === "Operation was canceled" ||
    /^The long-running operation has been cancell?ed/.test(error.message)
  )
    return { code: "Canceled", message: printable(error.message), status: null, retryAfterMs: null };
  if (isCredentialError(error))
    return {
      code: error.name,
      message: printable(error.message),
      status: 401,
      retryAfterMs: null,
    };
  if (error.name !== "RestError") return null;
  const { code, statusCode, response, details } = error as {
    code?: unknown;
    statusCode?: unknown;
    response?: { headers?: { get?: (name: string) => string | undefined } };
    details?: unknown;
  };
  const inner = innerError(details);
  const retryAfter = Number(response?.headers?.get?.("retry-after"));
  return {
    code: inner?.code ?? (typeof code === "string" ? code : ""),
    message: printable(inner?.message ?? error.message),
    status: typeof statusCode === "number" ? statusCode : null,
    retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : null,
  };
}

/** Errors of @azure/identity, which carry no status of their own. */
function isCredentialError(error: Error): boolean {
  return /^(?:CredentialUnavailableError|AuthenticationError|AggregateAuthenticationError|AuthenticationRequiredError)$/.test(
    error.name,
  );
}

/** `{ error: { code, message } }`, as the SDK leaves it on a RestError. */
function innerError(details: unknown): { code: string; message: string } | null {
  const outer = typeof details === "object" && details !== null ? details : {};
  const inner =
    "error" in outer && typeof outer.error === "object" && outer.error !== null ? outer.error : {};
  const code = "code" in inner && typeof inner.code === "string" ? inner.code : null;
  const message = "message" in inner && typeof inner.message === "string" ? inner.message : "";
  return code === null ? null : { code, message };
}

function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, MAX_MESSAGE);
}

/** What a failure is about, as far as it decides what to do next. */
export type FailureKind =
  | "not_found"
  | "allocation"
  | "quota"
  | "quota_none"
  | "size"
  | "exists"
  | "boot_timeout"
  | "nic_reserved"
  /** Something of that name is left from an earlier machine, and does not fit. */
  | "leftover"
  | "unauthenticated"
  | "forbidden"
  | "subscription"
  | "throttled"
  | "conflict"
  | "unreachable"
  /** Node does not know who issued the server's certificate. */
  | "untrusted"
  | "server"
  | "other";

const KIND_OF_CODE: Readonly<Record<string, FailureKind>> = {
  ResourceNotFound: "not_found",
  ResourceGroupNotFound: "not_found",
  NotFound: "not_found",
  AllocationFailed: "allocation",
  ZonalAllocationFailed: "allocation",
  OverconstrainedAllocationRequest: "allocation",
  OverconstrainedZonalAllocationRequest: "allocation",
  CapacityConstraint: "allocation",
  // Spot: the price went above the highest one wanted.
  MaxPriceExceeded: "allocation",
  SpotVMsNotAvailable: "allocation",
  SkuNotAvailable: "size",
  NotAvailableForSubscription: "size",
  LocationNotAvailableForResourceType: "size",
  ResourceTypeNotSupportedInZone: "size",
  VMSizeNotSupported: "size",
  QuotaExceeded: "quota",
  PublicIPCountLimitReached: "quota",
  OSProvisioningTimedOut: "boot_timeout",
  NicReservedForAnotherVm: "nic_reserved",
  ConflictingUserInput: "leftover",
  InvalidResourceLocation: "leftover",
  PropertyChangeNotAllowed: "exists",
  PreconditionFailed: "exists",
  SubscriptionNotFound: "subscription",
  InvalidSubscriptionId: "subscription",
  SubscriptionNotRegistered: "subscription",
  MissingSubscriptionRegistration: "subscription",
  ReadOnlyDisabledSubscription: "subscription",
  InvalidAuthenticationTokenTenant: "subscription",
  AuthorizationFailed: "forbidden",
  LinkedAuthorizationFailed: "forbidden",
  RequestDisallowedByPolicy: "forbidden",
  RetryableError: "throttled",
  TooManyRequests: "throttled",
  SubscriptionRequestsThrottled: "throttled",
  AnotherOperationInProgress: "conflict",
  ResourceGroupBeingDeleted: "conflict",
  OperationPreempted: "conflict",
  OperationPreemptedByDelete: "conflict",
};

/** What a failure is about. Codes come first, because statuses are shared. */
export function kindOf(failure: ArmFailure): FailureKind {
  const { code, status, message } = failure;
  // On a direct PUT quota shows as an OperationNotAllowed; so do other things.
  if (code === "OperationNotAllowed" && /quota|core/i.test(message)) return quotaKind(message);
  const known = KIND_OF_CODE[code];
  if (known === "quota") return quotaKind(message);
  if (known !== undefined) return known;
  if (/Throttled|TooManyRequests/i.test(code) || status === 429) return "throttled";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  // Without a code it is not Azure Resource Manager that answers, and nothing is known to be gone.
  if (status === 404) return code === "" ? "other" : "not_found";
  if (status === 409) return "conflict";
  if (status === 412) return "exists";
  if (status !== null && status >= 500) return "server";
  if (/InternalServerError|InternalExecutionError|ServiceUnavailable|InternalError/.test(code))
    return "server";
  if (isUntrusted(code)) return "untrusted";
  return status === null && code !== "OperationFailed" && isTransport(code) ? "unreachable" : "other";
}

/** A limit of nothing is no shortage: nobody frees anything by waiting. */
function quotaKind(message: string): FailureKind {
  return /(?:current|approved|maximum)?\s*limit[^.,;\d]{0,40}?:?\s*0(?![\d.])/i.test(message)
    ? "quota_none"
    : "quota";
}

function isTransport(code: string): boolean {
  return /^(?:REQUEST_SEND_ERROR|ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|UND_\w+|CERT_\w+|DEPTH_ZERO\w*|SELF_SIGNED\w*|UNABLE_TO\w*)$/.test(
    code,
  );
}

const CODE_OF_KIND: Readonly<Record<FailureKind, MachineErrorCode | null>> = {
  allocation: "capacity",
  quota: "quota",
  quota_none: "quota",
  size: "size_unavailable",
  unauthenticated: "unauthenticated",
  forbidden: "forbidden",
  subscription: "subscription",
  throttled: "throttled",
  conflict: "conflict",
  nic_reserved: "conflict",
  leftover: "conflict",
  unreachable: "unreachable",
  untrusted: "unreachable",
  not_found: null,
  exists: null,
  boot_timeout: null,
  server: null,
  other: null,
};

const NEXT_ACT: Readonly<Partial<Record<FailureKind, string>>> = {
  unauthenticated:
    "Log in again ('az login'), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
  forbidden:
    "Ask for the role Contributor (or Virtual Machine Contributor with Network Contributor) on the resource group.",
  subscription:
    "Correct subscriptionId ('az account list' shows yours), or have the subscription enabled and its providers Microsoft.Compute and Microsoft.Network registered.",
  quota: "Ask for more quota in the Azure portal (Quotas), destroy machines, or name other sizes or regions.",
  quota_none: "Ask for quota in the Azure portal (Quotas), or name other sizes or regions.",
  allocation: "Try again later, or name other sizes, zones or regions under fallbacks.",
  size: "Name another size or region.",
  throttled: "Azure wants fewer requests: wait, or drive fewer machines at a time.",
  conflict: "Something else changes it: try again.",
  untrusted: NODE_TRUST,
  unreachable: "See that resourceManagerUrl is right and can be reached from here.",
};

/**
 * The `MachineError` for an error of the SDK; errors of ours come back as they are.
 *
 * @param act What was tried, as the beginning of a sentence: "Machine m-1 could not be created".
 * @param fallback For what has no code of its own; server faults are retryable.
 */
export function asMachineError(
  error: unknown,
  act: string,
  fallback: "create_failed" | "destroy_failed" | "unreachable",
  machine?: string,
): unknown {
  if (error instanceof MachineError) return error;
  const failure = readArmFailure(error);
  if (failure === null) return error;
  const kind = kindOf(failure);
  const said = [failure.code, failure.message].filter((part) => part !== "").join(": ");
  const next = NEXT_ACT[kind] ?? (fallback === "destroy_failed" ? "Destroy it again." : "Try again.");
  return new MachineError(CODE_OF_KIND[kind] ?? fallback, `${act}. ${said.replace(/[.\s]*$/, "")}. ${next}`, {
    provider: "azure",
    ...(machine === undefined ? {} : { machine }),
    ...(failure.code === "" ? {} : { providerCode: failure.code }),
    ...(failure.retryAfterMs === null ? {} : { retryAt: new Date(Date.now() + failure.retryAfterMs) }),
    ...(CODE_OF_KIND[kind] === null ? { retryable: kind === "server" || kind === "boot_timeout" } : {}),
    cause: slimCause(error, failure),
  });
}

/** Of the SDK's error what helps to find out: its request carries a token, and whatever prints a cause prints that. */
function slimCause(error: unknown, { code, message, status }: ArmFailure): Error {
  const slim = new Error(message);
  slim.name = error instanceof Error ? error.name : "Error";
  return Object.assign(slim, { code, statusCode: status });
}

/** Whether Azure said that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  const failure = readArmFailure(error);
  return failure !== null && failure.status === 404 && kindOf(failure) === "not_found";
}
