/** Why git must not be given this upstream; null: it may. */
export function refusedUpstream(upstream: string): string | null {
  if (upstream.startsWith("-")) return "git would take it for an option";
  // `ext::sh -c …` and its like: git runs a program of that name.
  if (/^[a-z0-9+.-]+::/iu.test(upstream)) return "it names a program that git would run";
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/@]*:[^/@]*@/iu.test(upstream)) return "it holds a password";
  return null;
}

/** Whether an upstream is a URL (or `user@host:path`, as git takes it), not a path on this computer. */
export function isUpstreamUrl(upstream: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/|^[^/\\]+@[^/\\]+:/i.test(upstream);
}
