import { randomUUID } from "node:crypto";

export interface Principal {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/**
 * The part of Microsoft Entra that a client with a secret meets: OpenID configuration, instance discovery and the token
 * endpoint (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 */
export class Authority {
  readonly #principal: Principal;
  readonly #lifetimeSeconds: number;
  readonly #expiryOf = new Map<string, number>();
  #secret: string;

  constructor(principal: Principal, lifetimeSeconds: number) {
    this.#principal = principal;
    this.#secret = principal.clientSecret;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  /** Every token that was issued ends now. */
  expireTokens(): void {
    for (const token of this.#expiryOf.keys()) this.#expiryOf.set(token, 0);
  }

  /** From now on only this secret is right; tokens stay. */
  changeSecret(secret: string): void {
    this.#secret = secret;
  }

  /** Whether the header names a token of ours: `valid` with its bearer, else why not. */
  check(header: string | undefined, now: number): { readonly principal: string } | "missing" | "expired" {
    const token = /^Bearer (.+)$/i.exec(header ?? "")?.[1];
    if (token === undefined) return "missing";
    const expiry = this.#expiryOf.get(token);
    return expiry === undefined || expiry <= now ? "expired" : { principal: this.#principal.clientId };
  }

  /** Answers a request to the authority; null: not one of its paths. */
  answer(method: string, path: string, base: string, body: string, now: number): HttpAnswer | null {
    if (path === "/common/discovery/instance") return { status: 200, body: this.#discovery(base) };
    const [tenant, ...rest] = path.split("/").slice(1);
    const word = rest.join("/");
    if (word === "v2.0/.well-known/openid-configuration" && method === "GET") {
      if (!this.#knows(tenant)) return this.#unknownTenant(tenant, now);
      return { status: 200, body: openIdConfiguration(`${base}/${tenant}`) };
    }
    if (word === "oauth2/v2.0/token" && method === "POST") {
      if (!this.#knows(tenant)) return this.#unknownTenant(tenant, now);
      return this.#token(new URLSearchParams(body), now);
    }
    return null;
  }

  #knows(tenant: string | undefined): boolean {
    return tenant?.toLowerCase() === this.#principal.tenantId.toLowerCase();
  }

  #token(form: URLSearchParams, now: number): HttpAnswer {
    const { clientId } = this.#principal;
    if (form.get("grant_type") !== "client_credentials")
      return refusal(
        400,
        "unsupported_grant_type",
        70003,
        "The app requested an unsupported grant type.",
        now,
      );
    if (form.get("client_id") !== clientId)
      return refusal(
        400,
        "unauthorized_client",
        700016,
        `Application with identifier '${form.get("client_id")}' was not found in the directory.`,
        now,
      );
    if (form.get("client_secret") !== this.#secret)
      return refusal(
        401,
        "invalid_client",
        7000215,
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
        now,
      );
    if (!/\/\.default(\s|$)/.test(form.get("scope") ?? ""))
      return refusal(400, "invalid_scope", 1002012, "The provided value for scope is not valid.", now);
    const token = `test.${randomUUID()}.${randomUUID()}`;
    this.#expiryOf.set(token, now + this.#lifetimeSeconds * 1000);
    return {
      status: 200,
      body: {
        token_type: "Bearer",
        expires_in: this.#lifetimeSeconds,
        ext_expires_in: this.#lifetimeSeconds,
        access_token: token,
      },
    };
  }

  #unknownTenant(tenant: string | undefined, now: number): HttpAnswer {
    return refusal(
      400,
      "invalid_request",
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
      now,
    );
  }

  #discovery(base: string): object {
    const { host } = new URL(base);
    return {
      tenant_discovery_endpoint: `${base}/${this.#principal.tenantId}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    };
  }
}

function openIdConfiguration(tenant: string): object {
  return {
    issuer: `${tenant}/v2.0`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ["client_secret_post"],
    response_types_supported: ["code"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

function refusal(status: number, error: string, code: number, text: string, now: number): HttpAnswer {
  const trace = randomUUID();
  const timestamp = new Date(now).toISOString().replace("T", " ").replace(/\..*/, "Z");
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${trace} Correlation ID: ${trace} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: trace,
      correlation_id: trace,
    },
  };
}
