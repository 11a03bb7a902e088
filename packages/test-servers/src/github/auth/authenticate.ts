import type { World } from "../state/world.ts";
import { type Actor, anonymous } from "./actor.ts";
import { jwtComplaint, readJwt } from "./jwt.ts";

/** Who asks; or in GitHub's words, why nobody. */
export type Authentication = { readonly actor: Actor } | { readonly complaint: string };

/** Reads an Authorization header: `Bearer`, `token`, or `Basic` with the token as password (or as the only name). */
export function authenticate(world: World, header: string | undefined): Authentication {
  if (header === undefined || header === "") return { actor: anonymous };
  const token = tokenOf(header);
  if (token === null) return { complaint: "Bad credentials" };
  const actor = world.holder(token);
  if (actor?.kind === "installation" && actor.expiresAtMs <= world.nowMs())
    return { complaint: "Bad credentials" };
  if (actor !== null) return { actor };
  return authenticateApp(world, token);
}

function authenticateApp(world: World, token: string): Authentication {
  const claims = token.split(".").length === 3 ? readJwt(token) : null;
  if (claims === null) return { complaint: "Bad credentials" };
  const app = world.apps.find((one) => claims.iss === String(one.id) || claims.iss === one.clientId);
  if (!app) return { complaint: "Integration not found" };
  const complaint = jwtComplaint(token, app.publicKey, world.nowMs());
  return complaint === null ? { actor: { kind: "app", id: `app-${app.id}`, appId: app.id } } : { complaint };
}

/** The token in an Authorization header; null: there is none. */
export function tokenOf(header: string): string | null {
  const [scheme = "", value = ""] = header.split(" ", 2);
  const kind = scheme.toLowerCase();
  if (kind === "bearer" || kind === "token") return value;
  if (kind !== "basic") return null;
  const [name = "", ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  return password.join(":") || name || null;
}
