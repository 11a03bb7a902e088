export { checkVariables } from "./check-variables.ts";
export { compileTemplate } from "./compile-template.ts";
export { checkEml, type EmlExpectation } from "./eml/check-eml.ts";
export { type ComposedEml, composeEml, type EmlIntent } from "./eml/compose-eml.ts";
export { displayName, headerText, messageIdText, plainAddress } from "./eml/header-text.ts";
export { markdownHtml } from "./eml/markdown-html.ts";
export { isReplySubject, threadedEmail } from "./eml/threading.ts";
export { parseEmailText, renderText } from "./email-text.ts";
export { footerText, hasFooter, type Sender, withFooter } from "./footer.ts";
export { readGenerated } from "./generated-file.ts";
export { generatedPath } from "./generated-path.ts";
export { emailLimits, type EmailLimits } from "./limits.ts";
export { findingText, type LintCode, type LintFinding, type LintSeverity } from "./lint/finding.ts";
export { type LintOptions, lintTemplates } from "./lint/lint-templates.ts";
export { mergeJsonEdits, type MergedJson } from "./merge-json-edits.ts";
export { type EmailPreview, previewEmails } from "./preview.ts";
export { readTemplates, readTemplateSources, type TemplateSource } from "./read-templates.ts";
export { TemplateError, type TemplateErrorCode, type TemplateErrorFacts } from "./template-error.ts";
export type {
  EmailContext,
  EmailTemplate,
  ProtectedWriteResult,
  RenderedEmail,
  VariableUse,
} from "./types.ts";
export { writeProtected, type ProtectedWrite } from "./write-protected.ts";
export { writeProtectedJson, type ProtectedJsonResult } from "./write-protected-json.ts";
