import { type Answer, Refused } from "./http/answer.ts";
import { type Match, Router } from "./http/router.ts";
import { Faults } from "./faults.ts";
import { sharedChecker } from "./openapi/checker.ts";
import { Limiters } from "./limits/limiters.ts";
import { routes } from "./rest/routes.ts";
import { Journal } from "./state/journal.ts";
import type { Mismatch, Violation } from "./state/records.ts";
import type { World } from "./state/world.ts";

/** The parts of an emulator, as the servers in front of it use them. */
export class Emulator {
  readonly world: World;
  readonly faults: Faults = new Faults();
  readonly limiters: Limiters;
  readonly journal: Journal = new Journal();
  readonly router: Router = new Router(routes);

  constructor(world: World) {
    this.world = world;
    this.limiters = new Limiters(world.limits);
  }

  violate(
    kind: Violation["kind"],
    method: string,
    path: string,
    token: string | null,
    message: string,
  ): void {
    this.journal.violations.push({ kind, method, path: this.world.mask(path), token, message });
  }

  mismatch(side: Mismatch["side"], method: string, path: string, message: string): void {
    this.journal.mismatches.push({ side, method, path: this.world.mask(path), message });
  }

  /** Refuses a request that GitHub's description does not allow: 422 for a wrong body, else 400. */
  checkRequest({ method, template, params }: Match, url: URL, body: unknown): void {
    if (this.world.options.checkOpenApi === false) return;
    const wrong = sharedChecker().request({ method, template, params, query: url.searchParams, body });
    if (wrong === null) return;
    this.mismatch("request", method, url.pathname, wrong);
    throw new Refused(
      wrong.includes("body") ? 422 : 400,
      `The request does not match GitHub's OpenAPI description: ${wrong}.`,
    );
  }

  checkAnswer({ method, template }: Match, { status, body }: Answer): void {
    if (this.world.options.checkOpenApi === false) return;
    const wrong = sharedChecker().answer(method, template, status, body);
    if (wrong !== null) this.mismatch("answer", method, template, wrong);
  }
}
