import { type ApiAnswer, type ApiRequest, objectOf, textOf } from "../json-api/index.ts";
import type { ApolloMessage, ApolloTask } from "./apollo-data.ts";
import type { ApolloState } from "./apollo-state.ts";
import { notFound, paged } from "./contact-routes.ts";
import { pageOf } from "./people-routes.ts";

/** POST /emailer_messages: an unsent mail (reference/create-an-email-draft). */
export function createDraft(state: ApolloState, request: ApiRequest): ApiAnswer {
  const body = objectOf(request.body);
  const contact = state.contacts.find(({ id }) => id === body["contact_id"]);
  if (contact === undefined) return { status: 422, body: { error: "Contact does not exist" } };
  const recipients = Array.isArray(body["recipients"]) ? body["recipients"].map(objectOf) : [];
  if (recipients.some(({ email }) => typeof email !== "string" || !/^[^@\s]+@[^@\s]+$/.test(email)))
    return { status: 422, body: { error: "Please make sure all recipient emails are valid." } };
  const message: ApolloMessage = {
    id: state.newId(),
    contactId: contact.id,
    subject: textOf(body["subject"]) ?? "",
    bodyHtml: textOf(body["body_html"]) ?? "",
    to: textOf(recipients.find((one) => one["recipient_type_cd"] === "to")?.["email"]) ?? contact.email,
    taskId: textOf(body["outreach_task_id"]),
    status: "drafted",
  };
  state.messages.push(message);
  const task = state.tasks.find(({ id }) => id === message.taskId);
  return {
    status: 200,
    body: {
      emailer_message: messageBody(state, message),
      ...(task === undefined ? {} : { task: taskBody(task) }),
    },
  };
}

/** GET /emailer_messages/search (reference/search-for-outreach-emails). */
export function searchMessages(state: ApolloState, request: ApiRequest): ApiAnswer {
  const page = pageOf(request, 25);
  if (page === null)
    return {
      status: 422,
      body: { error: "Invalid parameter passed in. Page * per page number is over threshold." },
    };
  const words = request.query.get("q_keywords")?.toLowerCase() ?? "";
  const found = state.messages
    .filter(({ subject, to }) => `${subject} ${to}`.toLowerCase().includes(words))
    .map((message) => messageBody(state, message));
  return { status: 200, body: paged("emailer_messages", found, page) };
}

/** POST /emailer_messages/{id}/send_now. It does what it says, as the real one would: the caller has recorded the violation. */
export function sendNow(state: ApolloState, id: string): ApiAnswer {
  const message = state.messages.find((one) => one.id === id);
  if (message === undefined)
    return {
      status: 422,
      body: { error: "This email has already been deleted. Please refresh the page." },
    };
  message.status = "scheduled";
  return { status: 200, body: { emailer_message: messageBody(state, message) } };
}

/** POST /tasks (reference/create-a-task). */
export function createTask(state: ApolloState, request: ApiRequest): ApiAnswer {
  const body = objectOf(request.body);
  const [userId, type] = [textOf(body["user_id"]), textOf(body["type"])];
  if (userId === null || type === null)
    return { status: 422, body: { error: "type and user can not be blank" } };
  const contact = state.contacts.find(({ id }) => id === body["contact_id"]);
  if (contact === undefined) return { status: 422, body: { error: "Contact does not exist" } };
  const task: ApolloTask = {
    id: state.newId(),
    contactId: contact.id,
    userId,
    type,
    status: textOf(body["status"]) ?? "scheduled",
    dueAt: textOf(body["due_at"]) ?? new Date().toISOString(),
    title: textOf(body["title"]),
    note: textOf(body["note"]),
    priority: textOf(body["priority"]) ?? "medium",
  };
  state.tasks.push(task);
  return { status: 200, body: { task: taskBody(task) } };
}

export function viewTask(state: ApolloState, id: string): ApiAnswer {
  const task = state.tasks.find((one) => one.id === id);
  return task === undefined ? notFound() : { status: 200, body: { task: taskBody(task) } };
}

/** POST /tasks/search (reference/search-tasks). */
export function searchTasks(state: ApolloState, request: ApiRequest): ApiAnswer {
  const page = pageOf(request, 25);
  if (page === null) return { status: 422, body: { error: "Invalid parameters" } };
  return { status: 200, body: paged("tasks", state.tasks.map(taskBody), page) };
}

function messageBody(state: ApolloState, message: ApolloMessage): object {
  const contact = state.contacts.find(({ id }) => id === message.contactId);
  return {
    id: message.id,
    user_id: state.userId,
    status: message.status,
    to_name: contact?.name ?? null,
    to_email: message.to,
    subject: message.subject,
    body_html: message.bodyHtml,
    contact_id: message.contactId,
    email_account_id: state.emailAccountId,
    emailer_campaign_id: null,
    type: "outreach_manual_email",
    outreach_task_id: message.taskId,
    recipients: message.to === null ? [] : [{ email: message.to, recipient_type_cd: "to" }],
  };
}

function taskBody(task: ApolloTask): object {
  return {
    id: task.id,
    user_id: task.userId,
    contact_id: task.contactId,
    type: task.type,
    status: task.status,
    due_at: task.dueAt,
    title: task.title,
    note: task.note,
    priority: task.priority,
    created_from: "api",
  };
}
