import { secretNames, type Secrets, secretScanner } from "@universe-optimize/pipeline";
import type { Config } from "@universe-optimize/pipeline/config";

/** The variable with the webhook's address, where that is a secret. */
export const WEBHOOK_VARIABLE = "UNIVERSE_WEBHOOK_URL";

/** Names that hold a secret whoever chose them, numbered ones included. */
const SECRET_LIKE = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|CONNECTION_STRING)(?:_\d+)?$/i;

/** A function that overwrites in a text every secret that this process knows, and what looks like one. */
export function secretMask(secrets: Secrets, config: Config): (text: string) => string {
  const known = secretNames(secrets, [...config.agent.secrets, WEBHOOK_VARIABLE]);
  const names = secrets.names().filter((name) => SECRET_LIKE.test(name));
  const scanner = secretScanner(Object.values(secrets.pick([...known, ...names])));
  return (text) => {
    const bytes = Buffer.from(text);
    return scanner.mask(bytes, "text").length === 0 ? text : bytes.toString("utf8");
  };
}
