import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The three default templates: beside the package when it is published, at the top of the repository otherwise. */
function defaultTemplates(): string {
  const packed = fileURLToPath(new URL("../../email_templates/", import.meta.url));
  return existsSync(packed)
    ? packed
    : fileURLToPath(new URL("../../../../email_templates/", import.meta.url));
}

/** Copies the default templates into a campaign; what is there already stays. */
export async function copyTemplates(target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await cp(defaultTemplates(), target, {
    recursive: true,
    force: false,
    filter: (source) => !source.endsWith("README.md"),
  });
}
