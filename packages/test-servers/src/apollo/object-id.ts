/** Ids of 24 hexadecimal digits, as Apollo's are; the same ones in every run. */
export function objectIds(): () => string {
  let next = 0;
  return () => (next += 1).toString(16).padStart(24, "6");
}
