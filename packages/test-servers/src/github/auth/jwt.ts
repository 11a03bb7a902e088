import { createPublicKey, sign, verify } from "node:crypto";

const decode = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface JwtClaims {
  readonly iss: string;
  readonly iat: number;
  readonly exp: number;
}

/** The claims without looking at the signature, to find whose key to use; null: it is no JWT. */
export function readJwt(token: string): JwtClaims | null {
  try {
    const claims = decode(token.split(".")[1] ?? "") as Record<string, unknown>;
    const { iss, iat, exp } = claims;
    if (typeof iat !== "number" || typeof exp !== "number") return null;
    return { iss: String(iss), iat, exp };
  } catch {
    return null;
  }
}

/** Why GitHub would refuse an App's JWT (its words); null: it is good. Allows a minute of clock drift. */
export function jwtComplaint(token: string, publicKey: string, nowMs: number): string | null {
  const [head = "", body = "", signature = ""] = token.split(".");
  const claims = readJwt(token);
  if (claims === null) return "A JSON web token could not be decoded";
  const { alg } = decode(head) as { alg?: unknown };
  if (alg !== "RS256") return "'Algorithm' header ('alg') must be RS256";
  const good = verify(
    "sha256",
    Buffer.from(`${head}.${body}`),
    createPublicKey(publicKey),
    Buffer.from(signature, "base64url"),
  );
  if (!good) return "A JSON web token could not be decoded";
  const now = nowMs / 1000;
  if (claims.exp <= now)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  if (claims.exp > now + 660) return "'Expiration time' claim ('exp') is too far in the future";
  if (claims.iat > now + 60)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  return null;
}

/** A JWT with a signature that nobody checks: GitHub's own tokens are opaque to their holders. */
export function signJwt(claims: JwtClaims, privateKey: string): string {
  const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
}
