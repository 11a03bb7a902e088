import { withFooter, type Sender } from "./footer.ts";
import { threadedEmail } from "./eml/threading.ts";
import { TemplateError } from "./template-error.ts";
import type { EmailContext, EmailTemplate, RenderedEmail } from "./types.ts";

/** A mail as it would go out, or why it cannot. */
export interface EmailPreview {
  /** Whose context it is: a project's id. */
  readonly id: string;
  readonly template: string;
  readonly email: RenderedEmail | null;
  readonly error: TemplateError | null;
}

/**
 * Every template with every context, footer and all: what recipients would read. Writes nothing, and goes on where one fails.
 *
 * @param inReplyTo Message-ID of a project's first mail; without one follow-ups lose their 'Re:', as they would
 */
export function previewEmails(
  templates: readonly EmailTemplate[],
  contexts: readonly {
    readonly id: string;
    readonly values: EmailContext;
    readonly inReplyTo?: string | null;
  }[],
  sender: Sender | null,
): EmailPreview[] {
  return contexts.flatMap(({ id, values, inReplyTo }) =>
    templates.map((template): EmailPreview => {
      try {
        const email = threadedEmail(template.render(values), inReplyTo ?? null);
        const whole = sender === null ? email : withFooter(email, sender);
        return { id, template: template.name, email: whole, error: null };
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        return { id, template: template.name, email: null, error };
      }
    }),
  );
}
