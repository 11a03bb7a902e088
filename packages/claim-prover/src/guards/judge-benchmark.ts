import { withoutComment } from "./code-text.ts";
import type { Suspicion } from "./guard-hit.ts";

/*
 * The claim's benchmark is the agent's own work as well. It runs for both sides alike, so it can only favour one by telling them apart (by
 * source text, history, or what exists on one side), by waiting, or by not doing the work itself.
 */
const rules: readonly (readonly [message: string, pattern: RegExp])[] = [
  [
    "waits or uses a clock",
    /\b(sleep|setTimeout|setInterval|setImmediate|Atomics\.wait|perf_counter|monotonic|hrtime|nanoTime|currentTimeMillis)\b|\bDate\.now\b|\bperformance\.|\btime\.(time|sleep)/,
  ],
  [
    "looks at files or source text",
    /["'](node:)?fs(\/promises)?["']|\breadFile|\bexistsSync|\bstatSync|(^|[^.\w])open\(|\bread_text\(|\bos\.(stat|listdir|scandir|path\.(exists|getmtime|getsize|isfile))|\bgetsource|\binspect\b|__code__|\bco_code\b|\bPath\([^)]*\)\.(exists|stat|read)|\bFiles\./,
  ],
  [
    "tells versions apart",
    /\bhasattr\(|\bgetattr\([^,]+,[^,]+,|__version__|\bversion\b\s*[=!]==?|\.git\b|rev-parse|\btypeof\s+\w+\.\w+|\.toString\(\)\.(includes|length|match)|\btry:\s*$|\bImportError\b/,
  ],
  [
    "starts other processes, threads or the network",
    /child_process|worker_threads|\bsubprocess\b|\bmultiprocessing\b|\bthreading\b|\bos\.(system|fork|popen)|\bsocket\b|\burllib\b|["'](node:)?https?["']|(^|[^.\w])fetch\(/,
  ],
  [
    "changes what belongs to others",
    /\.prototype\.\w+\s*=|\bsetattr\(|\bsys\.(modules|settrace|setprofile)\b|\bgc\.|\bglobalThis\.\w+\s*=[^=]|\bbuiltins\b|monkey/,
  ],
];

/** What a benchmark's text makes suspicious; the first of each kind. */
export function judgeBenchmark(text: string, path: string): Suspicion[] {
  const kind = path.endsWith(".py") ? "python" : "c-like";
  const lines = text
    .split("\n")
    .slice(0, 20_000)
    .map((line) => withoutComment(line.slice(0, 2000), kind));
  return rules.flatMap(([what, pattern]) => {
    const at = lines.findIndex((line) => pattern.test(line));
    return at < 0
      ? []
      : [
          {
            code: "benchmark_script",
            message: `The claim's benchmark ${what}; it must do the same for both sides.`,
            where: `${path}:${at + 1}`,
          },
        ];
  });
}
