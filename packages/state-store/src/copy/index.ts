export { copyStore, digestStore, type TableDigest } from "./copy-store.ts";
