export type { MessagesRequest, ToolResult } from "./messages-request.ts";
export type { Answer, MessagesReply, Refusal, ToolCall, Usage } from "./reply.ts";
export {
  startMessagesApi,
  type MessagesApi,
  type MessagesApiOptions,
  type MessagesScript,
  type SeenRequest,
} from "./start-messages-api.ts";
