export { startImap, type StartImapOptions, type StoredMessage, type TestImap } from "./start-imap.ts";
