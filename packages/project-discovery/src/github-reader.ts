/**
 * Reads of GitHub's REST API, as `GitHubClient` of `@universe-optimize/github-fork/github` makes them: behind the token's gate, which
 * waits for limits to lift. Rejects with an error that has `status` for an answer that is no success.
 */
export interface GitHubReader {
  read(
    path: string,
    options: {
      readonly params?: Readonly<Record<string, string | number | boolean>>;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<unknown>;
}
