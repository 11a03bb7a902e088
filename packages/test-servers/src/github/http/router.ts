import type { Handler } from "./answer.ts";

export interface Route {
  readonly method: string;
  /** As in GitHub's OpenAPI description: `/repos/{owner}/{repo}`. */
  readonly template: string;
  readonly handler: Handler;
}

export interface Match extends Route {
  readonly params: Record<string, string>;
}

// Parameters that may hold slashes.
const greedy = new Set(["path", "ref", "branch", "basehead", "dir"]);

/** Finds the route of a path: whole words before parameters. */
export class Router {
  readonly #routes: { readonly route: Route; readonly pattern: RegExp; readonly names: string[] }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes
      .map((route) => ({
        route,
        names: [...route.template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
        pattern: patternOf(route.template),
      }))
      .toSorted(
        (a, b) => a.names.length - b.names.length || b.route.template.length - a.route.template.length,
      );
  }

  /** The route; `methods` when the path is known with other methods only; null: no such path. */
  find(method: string, path: string): Match | { readonly methods: readonly string[] } | null {
    const methods: string[] = [];
    for (const { route, pattern, names } of this.#routes) {
      const found = pattern.exec(path);
      if (!found) continue;
      if (route.method !== method) {
        methods.push(route.method);
        continue;
      }
      const params = Object.fromEntries(
        names.map((name, index) => [name, decodePart(found[index + 1] ?? "")]),
      );
      return { ...route, params };
    }
    return methods.length > 0 ? { methods } : null;
  }
}

function patternOf(template: string): RegExp {
  const text = template
    .replace(/[.+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{(\w+)\}/g, (_, name: string) => (greedy.has(name) ? "(.+)" : "([^/]+)"));
  // The root of a repository's contents has no path.
  return new RegExp(`^${text.replace(/\/contents\/\(\.\+\)$/, "/contents/?(.*)")}$`);
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
