import { generate } from "selfsigned";

export interface Certificates {
  /** Certificate of the authority that signed the server's; what a client has to trust. */
  readonly caPem: string;
  readonly serverPem: string;
  readonly serverKey: string;
}

const DAY_MS = 86_400_000;

let made: Promise<Certificates> | null = null;

/** A certificate authority for this process's servers, and a certificate for 127.0.0.1 and localhost; made once. */
export function certificates(): Promise<Certificates> {
  return (made ??= makeCertificates());
}

async function makeCertificates(): Promise<Certificates> {
  // A day back: clocks of containers differ.
  const validity = {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + 2 * DAY_MS),
  } as const;
  const authority = await generate([{ name: "commonName", value: "Test servers" }], {
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip: "127.0.0.1" },
          { type: 2, value: "localhost" },
        ],
      },
    ],
  });
  return { caPem: authority.cert, serverPem: server.cert, serverKey: server.private };
}
