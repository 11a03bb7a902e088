/** What a path of a repository is for, as far as its name tells; null: code. */
export type PathKind = "tests" | "benchmarks" | "ci" | "hooks" | "lockfile" | "build";

const kinds: readonly (readonly [PathKind, RegExp])[] = [
  ["hooks", /(^|\/)(conftest|sitecustomize|usercustomize)\.py$|\.pth$|(^|\/)\.husky\/|(^|\/)\.githooks\//],
  [
    "ci",
    /^\.github\/|^\.gitlab-ci|^\.circleci\/|^\.azure-pipelines|(^|\/)azure-pipelines\.ya?ml$|(^|\/)Jenkinsfile$|^\.travis\.yml$|(^|\/)tox\.ini$|(^|\/)noxfile\.py$/,
  ],
  [
    "lockfile",
    /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|Pipfile\.lock|pdm\.lock|gradle\.lockfile|requirements[\w.-]*\.txt|constraints[\w.-]*\.txt)$/,
  ],
  [
    "build",
    /(^|\/)(package\.json|tsconfig[\w.-]*\.json|setup\.py|setup\.cfg|pyproject\.toml|Pipfile|MANIFEST\.in|pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|gradle\.properties|gradlew|mvnw|Makefile|CMakeLists\.txt|binding\.gyp|\.npmrc|\.yarnrc(\.yml)?|\.babelrc[\w.]*|\.swcrc|\.node-version|\.nvmrc|\.python-version|Dockerfile|\.env[\w.]*|jvm\.config|maven\.config)$|(^|\/)(vite|vitest|jest|babel|rollup|webpack|esbuild|tsup|playwright|mocha|ava|karma)\.config\.[cm]?[jt]s$|(^|\/)\.mocharc[\w.]*$|(^|\/)(pytest|\.coveragerc)(\.ini)?$|^\.mvn\//,
  ],
  [
    "benchmarks",
    /(^|\/)(bench|benches|benchmark|benchmarks|perf)\/|(^|\/)(bench|benchmark|perf)[\w-]*\.[cm]?[jt]sx?$|(^|\/)(bench|benchmark)_?[\w-]*\.py$|\.bench\.[cm]?[jt]sx?$|(^|\/)\w*(Benchmark|Bench)\.java$/,
  ],
  [
    "tests",
    /(^|\/)(test|tests|__tests__|testing|spec|specs|__snapshots__|__mocks__|fixtures|testdata|e2e)\/|(^|\/)tests?\.[cm]?[jt]sx?$|(^|\/)tests?\.py$|[._-](test|spec)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|_tests?\.py$|(^|\/)src\/test\/|(^|\/)\w*(Tests?|IT)\.java$/,
  ],
];

/** The first kind that fits; null: what the project ships. */
export function pathKind(path: string): PathKind | null {
  return kinds.find(([, expression]) => expression.test(path))?.[0] ?? null;
}

/** Kinds whose files are the parent's on both sides: what decides must not come from the change that is judged. */
export const PARENT_KINDS: ReadonlySet<PathKind> = new Set([
  "hooks",
  "ci",
  "lockfile",
  "benchmarks",
  "tests",
]);
