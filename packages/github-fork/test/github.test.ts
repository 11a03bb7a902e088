import { join } from "node:path";

import { forkProviderSuite, makeUpstream } from "@universe-optimize/github-fork/testing";

import { openHub } from "./github-stage.ts";

forkProviderSuite({
  name: "github",
  async open() {
    const hub = await openHub({ checkOpenApi: false });
    return {
      provider: hub.provider(),
      async makeUpstream(repo, commits) {
        const path = join(hub.folder, "upstreams", repo);
        const made = await makeUpstream(path, { commits, content: repo });
        await hub.server.addRepository(commits === 0 ? { repo, commits: [] } : { repo, from: path });
        return {
          request: { repo, upstream: null },
          defaultBranch: made.defaultBranch,
          head: made.head,
          advance: async () => void (await hub.server.commit(repo, { files: { "later.txt": "later\n" } })),
        };
      },
      missing: (repo) => ({ repo, upstream: null }),
      cleanup: async () => await hub[Symbol.asyncDispose](),
    };
  },
});
