export { checkVariables } from "./check-variables.ts";
export { compileTemplate } from "./compile-template.ts";
export { parseEmailText, renderText } from "./email-text.ts";
export { readGenerated } from "./generated-file.ts";
export { generatedPath } from "./generated-path.ts";
export { emailLimits, type EmailLimits } from "./limits.ts";
export { mergeJsonEdits, type MergedJson } from "./merge-json-edits.ts";
export { readTemplates } from "./read-templates.ts";
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
