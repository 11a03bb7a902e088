import { parseConfig } from "@universe-optimize/pipeline/config";
import { secretsOf } from "@universe-optimize/pipeline";
import { expect, it } from "vitest";
import { secretMask } from "./mask.ts";

it("takes out every secret that the process knows, and leaves the rest", () => {
  const value = ["not", "a", "real", "secret"].join("-");
  const config = parseConfig('{ "campaign": "a", "agent": { "secrets": ["MY_LICENCE"] } }', "test");
  const secrets = secretsOf({
    GITHUB_TOKEN: `${value}-1`,
    MY_LICENCE: `${value}-2`,
    ANTHROPIC_API_KEY_2: `${value}-3`,
    DATABASE_URL: `postgres://u:${value}-4@example.com/db`,
    UNIVERSE_WEBHOOK_URL: `https://example.com/${value}-5`,
    HOME: "/home/somebody",
  });
  const mask = secretMask(secrets, config);
  const text = JSON.stringify({
    msg: `${value}-1 ${value}-2 ${value}-3 /home/somebody`,
    url: `postgres://u:${value}-4@example.com/db`,
    hook: `https://example.com/${value}-5`,
  });
  const masked = mask(text);
  expect(masked).not.toContain(value);
  expect(masked).toContain("/home/somebody");
  expect(Object.keys(JSON.parse(masked) as object)).toEqual(["msg", "url", "hook"]);
  expect(mask("nothing in it")).toBe("nothing in it");
});
