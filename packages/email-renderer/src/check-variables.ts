import { nearestName } from "./nearest-name.ts";
import { TemplateError } from "./template-error.ts";
import type { EmailTemplate } from "./types.ts";

/**
 * Throws `TemplateError` (`unknown_variable`) for the first place that names a variable which is not known, also inside
 * branches that no context takes, and `syntax` for `{name}` of a known variable in a Liquid template, which would be
 * mailed with its braces.
 *
 *     checkVariables(template, Object.keys(context));
 */
export function checkVariables(
  template: Pick<EmailTemplate, "name" | "uses">,
  knownNames: Iterable<string>,
): void {
  const known = knownNames instanceof Set ? (knownNames as ReadonlySet<string>) : new Set(knownNames);
  for (const { name, kind, line, column } of template.uses) {
    const place = { file: template.name, line, column };
    if (kind === "text") {
      if (!known.has(name)) continue;
      const both = `write {{ ${name} }}, or {% raw %}{${name}}{% endraw %} for the braces themselves`;
      throw new TemplateError(`this template is Liquid, where {${name}} is plain text: ${both}.`, {
        code: "syntax",
        ...place,
      });
    }
    if (known.has(name)) continue;
    const names = [...known].toSorted();
    const nearest = nearestName(name, names);
    const question = nearest === null ? "" : ` Did you mean '${nearest}'?`;
    throw new TemplateError(`unknown variable '${name}'.${question} Known: ${listed(names)}.`, {
      code: "unknown_variable",
      nearest,
      ...place,
    });
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 40).map((name) => name.slice(0, 60));
  if (names.length > shown.length) shown.push(`and ${names.length - shown.length} more`);
  return shown.length === 0 ? "none" : shown.join(", ");
}
