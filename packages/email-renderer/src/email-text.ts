import { normaliseBody, normaliseLineBreaks, oneLine } from "./clean-text.ts";
import { TemplateError } from "./template-error.ts";
import type { RenderedEmail } from "./types.ts";

/** A draft as it lies on disk: `Subject: …`, an empty line, the body. `parseEmailText` reads it back. */
export function renderText(email: RenderedEmail): string {
  return `Subject: ${email.subject}\n\n${email.body}`;
}

/**
 * Reads a draft that a person may have edited: CRLF, a byte order mark, missing or further empty lines are accepted, control
 * characters are removed. For what `render` made, `parseEmailText(renderText(email))` is that e-mail again.
 *
 * @param file the draft's name, for errors
 * @throws TemplateError `no_subject`
 */
export function parseEmailText(text: string, file = "draft"): RenderedEmail {
  const [firstLine = "", ...rest] = normaliseLineBreaks(text).split("\n");
  const subject = oneLine(/^Subject:(.*)$/i.exec(firstLine)?.[1] ?? "");
  if (subject === "") {
    throw new TemplateError("the first line must be 'Subject: …', then an empty line, then the body.", {
      code: "no_subject",
      file,
      line: 1,
    });
  }
  return { subject, body: normaliseBody(rest.join("\n")) };
}
