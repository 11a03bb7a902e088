import type { GetTokenOptions, TokenCredential } from "@azure/core-auth";
import { MachineError } from "../errors.ts";
import { isUntrusted, NODE_TRUST } from "./trust.ts";

// What @azure/msal-node says when it got no answer, whatever the reason.
const NO_ANSWER = /endpoints_resolution_error|openid_config_error|network_error/;
const PROBE_MS = 10_000;

/** The same credential; where its authority cannot be reached, it says so, instead of a failed login. */
export function explainedCredential(credential: TokenCredential, authority: string): TokenCredential {
  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions) {
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        if (!(error instanceof Error) || !NO_ANSWER.test(error.message)) throw error;
        if (options?.abortSignal?.aborted === true) throw error;
        const code = await whyUnreachable(authority);
        if (code === null) throw error;
        throw new MachineError(
          "unreachable",
          isUntrusted(code)
            ? `${authority} shows a certificate that Node does not trust (${code}). ${NODE_TRUST}`
            : `${authority} does not answer (${code}), so nobody can log in. See that AZURE_AUTHORITY_HOST is right and can be reached from here.`,
          { provider: "azure", providerCode: code, cause: error },
        );
      }
    },
  };
}

/** The code of what keeps a request from being answered; null: it is answered. */
async function whyUnreachable(url: string): Promise<string | null> {
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(PROBE_MS) });
    return null;
  } catch (error) {
    const { cause } = error as Error & { cause?: { code?: unknown } };
    return typeof cause?.code === "string" ? cause.code : "no answer";
  }
}
