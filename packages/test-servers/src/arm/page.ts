import type { ArmAnswer, ArmRequest } from "./arm-request.ts";

const PAGE_SIZE = 100;

/** A page of a list; `nextLink` where there is more. */
export function page(request: ArmRequest, all: readonly object[]): ArmAnswer {
  const skip = Number(request.query.get("$skiptoken") ?? 0);
  const value = all.slice(skip, skip + PAGE_SIZE);
  const more = skip + PAGE_SIZE < all.length;
  if (!more) return { status: 200, body: { value } };
  const next = new URLSearchParams(request.query);
  next.set("$skiptoken", String(skip + PAGE_SIZE));
  return { status: 200, body: { value, nextLink: `${request.base}${request.rawPath}?${next.toString()}` } };
}
