/**
 * One person's address in one spelling, for comparing: lower case, without `+tag` and a dot at the domain's end. Somebody who
 * opted out as ada@example.com is not written to as Ada+news@Example.com.
 */
export function recipientKey(address: string): string {
  const text = address.normalize("NFKC").trim().toLowerCase();
  const at = text.lastIndexOf("@");
  if (at === -1) return text;
  const local = text.slice(0, at).replace(/\+.*$/, "");
  return `${local}@${text.slice(at + 1).replace(/\.+$/, "")}`;
}

/** The domain of an address, in the same spelling. */
export function recipientDomain(address: string): string {
  return recipientKey(address).split("@").at(-1) ?? "";
}
