import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { localForkProvider } from "@universe-optimize/github-fork/local";
import { forkProviderSuite, makeUpstream } from "@universe-optimize/github-fork/testing";

forkProviderSuite({
  name: "local, upstreams are paths",
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "local-forks-"));
    return {
      provider: localForkProvider({ directory: join(folder, "forks"), organization: "our-org" }),
      async makeUpstream(repo, commits) {
        const path = join(folder, "upstreams", repo);
        const made = await makeUpstream(path, { commits, content: repo });
        return {
          request: { repo, upstream: path },
          defaultBranch: made.defaultBranch,
          head: made.head,
          advance: async () => void (await made.commit("later.txt")),
        };
      },
      missing: (repo) => ({ repo, upstream: join(folder, "upstreams", repo) }),
      cleanup: () => rm(folder, { recursive: true, force: true }),
    };
  },
});
