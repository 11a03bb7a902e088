/** Whether Node refused a server's certificate because it does not know who issued it. */
export function isUntrusted(code: string): boolean {
  return /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT\w*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/.test(
    code,
  );
}

/** What to do about it. */
export const NODE_TRUST =
  "Set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority that issued it (a private cloud's, or that of a proxy that inspects traffic) before starting.";
