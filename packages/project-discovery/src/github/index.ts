export { fileMemory } from "@universe-optimize/github-fork/github";
export { githubRest, type GitHubRestOptions } from "./github-rest.ts";
