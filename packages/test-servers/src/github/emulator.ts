import type { Answer } from "./http/answer.ts";
import { type Match, Router } from "./http/router.ts";
import { Faults } from "./faults.ts";
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

  checkRequest(_match: Match, _url: URL, _body: unknown): void {}

  checkAnswer(_match: Match, _answer: Answer): void {}
}
