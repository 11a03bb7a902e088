export {
  startGitHttp,
  type GitHttpCredential,
  type GitHttpFault,
  type GitHttpOptions,
  type GitHttpServer,
} from "./start-git-http.ts";
