import { parseRepo } from "../names.ts";
import type { UpstreamFiles } from "../provider.ts";
import { isStatus } from "./api-failure.ts";
import { asGitHubError } from "./as-github-error.ts";
import type { GitHubClient } from "./client.ts";
import { record } from "./repository-facts.ts";

const mostBytes = 256 * 1024;
const listed = 1000;

/** Files of a repository's default branch over the contents API, asked conditionally. */
function filesOverApi(client: GitHubClient, repo: string, signal: AbortSignal | undefined): UpstreamFiles {
  const { owner, name } = parseRepo(repo);
  const contents = async (path: string): Promise<unknown> => {
    try {
      // Segment by segment, so that a '/' stays one.
      const encoded = path.split("/").filter(Boolean).map(encodeURIComponent).join("/");
      return await client.read(`/repos/{owner}/{repo}/contents/${encoded}`, {
        signal,
        conditional: true,
        params: { owner, repo: name },
      });
    } catch (error) {
      // 404 too where the repository has no commit.
      if (isStatus(error, 404, 409)) return null;
      throw error;
    }
  };
  return {
    async list(folder) {
      const data = await contents(folder);
      if (!Array.isArray(data)) return [];
      return data.slice(0, listed).flatMap((entry: unknown) => {
        const { type, name: file } = record(entry);
        return type === "file" && typeof file === "string" ? [file] : [];
      });
    },
    async read(path) {
      const { type, size, encoding, content } = record(await contents(path));
      if (type !== "file" || typeof content !== "string" || encoding !== "base64") return null;
      if (typeof size !== "number" || size > mostBytes) return null;
      const bytes = Buffer.from(content, "base64");
      return bytes.length > mostBytes || bytes.includes(0) ? null : bytes.toString("utf8");
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const shared = ".github:";

/** The repository's own files; below `.github:` those of its account's repository of that name, which hold for all of its others. */
export function policyFiles(
  client: GitHubClient,
  repo: string,
  signal: AbortSignal | undefined,
): UpstreamFiles {
  const own = filesOverApi(client, repo, signal);
  const ofAccount = filesOverApi(client, `${parseRepo(repo).owner}/.github`, signal);
  const at = <T>(path: string, act: (files: UpstreamFiles, inside: string) => Promise<T>): Promise<T> =>
    asGitHubError(repo, signal, () =>
      path.startsWith(shared) ? act(ofAccount, path.slice(shared.length)) : act(own, path),
    );
  return {
    list: (folder) => at(folder, (files, inside) => files.list(inside)),
    read: (path) => at(path, (files, inside) => files.read(inside)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
