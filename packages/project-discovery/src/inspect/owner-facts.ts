import { z } from "zod";
import { plainText } from "../plain-text.ts";

/** The organisation behind a repository. Its e-mail address is not read: addresses from GitHub may not be written to. */
export interface OwnerFacts {
  readonly name: string;
  readonly description: string;
  /** Address of its website as written; null: none. */
  readonly website: string | null;
  /** Domain of the website where it is the company's own, not a page on somebody else's. */
  readonly domain: string | null;
  readonly verified: boolean;
}

const organization = z.object({
  login: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  blog: z.string().nullish(),
  is_verified: z.boolean().optional(),
});

const SHARED_HOSTS =
  /(?:^|\.)(?:github\.(?:com|io)|gitlab\.(?:com|io)|twitter\.com|x\.com|linkedin\.com|facebook\.com|medium\.com|discord\.(?:gg|com)|youtube\.com|readthedocs\.(?:io|org)|npmjs\.com|pypi\.org|t\.me|bit\.ly|netlify\.app|vercel\.app|slack\.com|google\.com|notion\.(?:so|site))$/u;

/** Reads an answer of GET /orgs/{org}; null: it is none. */
export function readOwnerFacts(answer: unknown): OwnerFacts | null {
  const read = organization.safeParse(answer);
  if (!read.success) return null;
  const { login, name, description, blog, is_verified } = read.data;
  const website = plainText(blog ?? "", 300);
  return {
    name: plainText(name ?? "", 200) || plainText(login, 60),
    description: plainText(description ?? "", 500),
    website: website === "" ? null : website,
    domain: domainOf(website),
    verified: is_verified === true,
  };
}

/** The company's domain out of its website; null: it has none of its own. */
export function domainOf(website: string): string | null {
  if (website.trim() === "") return null;
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//iu.test(website) ? website : `https://${website}`);
  } catch {
    return null;
  }
  const host = url.hostname
    .toLowerCase()
    .replace(/^www\./u, "")
    .replace(/\.$/u, "");
  if (!/^https?:$/u.test(url.protocol) || !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/u.test(host)) return null;
  if (url.username !== "" || url.password !== "") return null;
  return SHARED_HOSTS.test(host) || /^[\d.]+$/u.test(host) ? null : host;
}
