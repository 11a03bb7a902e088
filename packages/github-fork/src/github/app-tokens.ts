import { Octokit } from "@octokit/rest";
import { RequestError } from "@octokit/request-error";

import { ForkError } from "../errors.ts";
import { trustedOrigin } from "../git/credential.ts";
import { parseRepo } from "../names.ts";
import type { MachineToken } from "../provider.ts";
import { apiUrlOf } from "./api-url.ts";
import { systemClock, type ForkClock } from "./clock.ts";
import { processMemory, type ForkMemory } from "./memory.ts";
import { defaultPace, type Pace } from "./pace.ts";
import { gateOf, type RateGate } from "./rate-gate.ts";
import { record } from "./repository-facts.ts";
import type { TokenSource } from "./token-source.ts";
import { wordsOf } from "./api-failure.ts";

export interface AppOptions {
  readonly appId: string | number;
  /** The App's private key, PEM. */
  readonly privateKey: string;
  /** Organization that the App is installed on. */
  readonly organization: string;
  /** Default: https://api.github.com, or for another server `<serverUrl>/api/v3`. */
  readonly apiUrl?: string;
  /** Default: https://github.com. */
  readonly serverUrl?: string;
  readonly clock?: ForkClock;
  readonly memory?: ForkMemory;
  readonly pace?: Partial<Pace>;
}

/** Tokens of a GitHub App's installation on the organization. As a TokenSource it pushes and reads; GitHub lets it fork only where the App is installed on the upstream too. */
export interface AppTokens extends TokenSource {
  /**
   * A new token for that repository alone, with `contents: write`. It cannot push `.github/workflows/**`. Throws `forbidden`
   * when the App may not give it, or the server gave one that reaches further.
   */
  repositoryToken(repo: string, signal?: AbortSignal): Promise<MachineToken>;
}

/** Tokens of a GitHub App, through `@octokit/auth-app`; installation tokens are kept for as long as they are valid. */
export function appTokens(options: AppOptions): AppTokens {
  const { appId, organization, serverUrl = "https://github.com", clock = systemClock } = options;
  const { apiUrl = apiUrlOf(serverUrl) } = options;
  trustedOrigin(apiUrl);
  const id = `app:${appId}:${organization}`;
  const memory = options.memory ?? processMemory(clock.now);
  const pace = { ...defaultPace, ...options.pace };
  const gate = gateOf(`${apiUrl} ${id} jwt`, { clock, memory, pace });
  const silent = (): void => {};
  const octokit = new Octokit({
    baseUrl: apiUrl.replace(/\/+$/, ""),
    userAgent: "universe-optimize",
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const request = gatedRequest(octokit, gate, pace);
  const auth = async () => {
    const { createAppAuth } = await import("@octokit/auth-app");
    return createAppAuth({
      appId,
      privateKey: options.privateKey.replaceAll(String.raw`\n`, "\n"),
      request: request as unknown as Octokit["request"],
    });
  };
  let opened: ReturnType<typeof auth> | undefined;
  let installation: Promise<number> | undefined;
  const find = async (): Promise<number> => {
    const { token } = await (await (opened ??= auth()))({ type: "app" });
    const { data } = await request("GET /orgs/{org}/installation", {
      org: organization,
      headers: { authorization: `Bearer ${token}` },
    });
    const number = record(data)["id"];
    if (typeof number !== "number") throw new ForkError("server_failed", "The installation has no id.");
    return number;
  };
  const explained = async <T>(signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      installation = undefined;
      throw appError(error, organization);
    }
  };
  const installationId = (): Promise<number> => (installation ??= find());
  return {
    id,
    token: (signal) =>
      explained(signal, async () => {
        const open = await (opened ??= auth());
        return (await open({ type: "installation", installationId: await installationId() })).token;
      }),
    repositoryToken: (repo, signal) =>
      explained(signal, async () => {
        const { owner, name } = parseRepo(repo);
        if (owner.toLowerCase() !== organization.toLowerCase())
          throw new ForkError(
            "invalid_request",
            `${repo} is not in ${organization}: no token is made for it.`,
          );
        const open = await (opened ??= auth());
        const made = await open({
          type: "installation",
          installationId: await installationId(),
          repositoryNames: [name],
          permissions: { contents: "write" },
          refresh: true,
        });
        const far = Object.keys(made.permissions).filter((key) => key !== "contents" && key !== "metadata");
        const names = made.repositoryNames ?? [];
        if (far.length > 0 || names.length !== 1 || names[0]?.toLowerCase() !== name.toLowerCase())
          throw new ForkError(
            "forbidden",
            `The server gave a token that reaches further than the contents of ${repo}: it is not used. Push from the orchestrator (github.push).`,
            { repo },
          );
        return { token: made.token, repo, expiresAt: made.expiresAt };
      }),
  };
}

type Params = Readonly<Record<string, unknown>>;

function gatedRequest(octokit: Octokit, gate: RateGate, pace: Pace) {
  return async (route: string, params: Params): Promise<{ readonly data: unknown }> => {
    const { answer, limited } = await gate.pass(
      route.startsWith("GET") ? "read" : "write",
      "core",
      undefined,
      async () => {
        try {
          const { status, headers, data } = await octokit.request(route, {
            ...params,
            request: { signal: AbortSignal.timeout(pace.requestTimeoutMs) },
          });
          return { status, headers, data: data as unknown, message: "", error: null };
        } catch (error) {
          if (!(error instanceof RequestError) || error.response === undefined) throw error;
          const { status, headers, data } = error.response;
          return { status, headers, data, message: wordsOf(data), error };
        }
      },
    );
    if (limited)
      throw new ForkError("rate_limited", "GitHub's limit stopped the App's request. Try again later.");
    if (answer.error !== null) throw answer.error;
    return answer;
  };
}

function appError(error: unknown, organization: string): unknown {
  if (error instanceof ForkError) return error;
  const status = error instanceof RequestError ? error.status : null;
  const words = error instanceof RequestError ? wordsOf(error.response?.data) : "";
  if (status === 401)
    return new ForkError(
      "unauthorized",
      `GitHub does not take the App's key: ${words}. The id and the private key of github.app must be of one App; see that this computer's clock is right.`,
    );
  if (status === 404)
    return new ForkError(
      "forbidden",
      `The App is not installed on ${organization}: ${words}. Install it there.`,
    );
  if (status === 403 || status === 422)
    return new ForkError(
      "forbidden",
      `The App may not give that token: ${words}. Install it on all repositories of ${organization}, with Contents: write.`,
    );
  if (status === null || status >= 500)
    return new ForkError(
      "server_failed",
      "GitHub gave the App no token. Try again later; see that the private key is a whole PEM.",
      {
        retryable: status !== null,
        cause: error,
      },
    );
  return new ForkError("server_failed", `GitHub answered ${status} to the App: ${words}.`, { cause: error });
}
