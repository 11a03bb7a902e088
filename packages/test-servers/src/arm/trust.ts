import tls from "node:tls";

/** Makes this process trust an authority, until it is disposed of. Child processes take `NODE_EXTRA_CA_CERTS`. */
export function trustAuthority(caPem: string): Disposable {
  const before = tls.getCACertificates("default");
  tls.setDefaultCACertificates([...before, caPem]);
  return { [Symbol.dispose]: () => tls.setDefaultCACertificates(before) };
}
