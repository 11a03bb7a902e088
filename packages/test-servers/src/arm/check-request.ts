import { ArmError } from "./arm-error.ts";

const NEWEST_RESOURCES_VERSION = "2025-04-01";
const DATE = /^(\d{4})-(\d\d)-(\d\d)(-preview)?$/;

/** Refuses a request without a plausible `api-version`. */
export function checkApiVersion(query: URLSearchParams, newest: string, type: string): void {
  const version = query.get("api-version");
  if (version === null)
    throw new ArmError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (DATE.test(version) && version.slice(0, 10) >= "2014-01-01" && version.slice(0, 10) <= newest) return;
  throw new ArmError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for the api-version '${version}' of type '${type}'. The newest that this server knows is '${newest}'.`,
  );
}

export { NEWEST_RESOURCES_VERSION };

const NAMES: Readonly<Record<string, RegExp>> = {
  "microsoft.compute/virtualmachines": /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_])?$/i,
  "microsoft.compute/virtualmachinescalesets": /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_])?$/i,
  "microsoft.compute/disks": /^[a-z0-9]([a-z0-9._-]{0,78}[a-z0-9_])?$/i,
};
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
const NETWORK_NAME = /^[a-z0-9]([a-z0-9._-]{0,78}[a-z0-9_])?$/i;

/** Refuses a name that the resource's type does not take. */
export function checkName(type: string, name: string): void {
  if ((NAMES[type.toLowerCase()] ?? NETWORK_NAME).test(name)) return;
  throw new ArmError(
    400,
    "InvalidResourceName",
    `Resource name ${name} is invalid. The name can be up to 80 characters long (64 for virtual machines). It must begin with a word character, and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.`,
  );
}

const MOST_TAGS = 50;

/** Refuses tags that ARM does not take. */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS)
    throw new ArmError(
      400,
      "InvalidTags",
      `The resource has ${entries.length} tags; at most ${MOST_TAGS} are allowed.`,
    );
  for (const [name, value] of entries) {
    if (name.length > 512 || name === "" || /[<>%&\\?/]/.test(name))
      throw new ArmError(
        400,
        "InvalidTagNameCharacters",
        `The tag name '${name}' has reserved characters '<,>,%,&,\\,?,/' or is empty or longer than 512.`,
      );
    if (value.length > 256)
      throw new ArmError(400, "InvalidTagValueLength", `Tag value of '${name}' exceeds 256 characters.`);
  }
}
