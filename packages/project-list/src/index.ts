export { addProject, type NewContact, type NewProject } from "./add-project.ts";
export { isForbiddenSource } from "./contact-source.ts";
export { nextProjectId } from "./next-project-id.ts";
export { parseProjectList } from "./parse-project-list.ts";
export type { Project, ProjectLanguage, ProjectList, TargetContact } from "./project.ts";
export {
  ProjectListError,
  type ProjectListErrorCode,
  type ProjectListProblem,
} from "./project-list-error.ts";
export { readProjectList } from "./read-project-list.ts";
export {
  type ContactOrigin,
  type ContactRefusal,
  type ContactRefusalCode,
  refuseContact,
} from "./refuse-contact.ts";
export { projectListJsonSchema } from "./schema.ts";
export { setTargetContact } from "./set-target-contact.ts";
export { isUpstreamUrl } from "./upstream.ts";
