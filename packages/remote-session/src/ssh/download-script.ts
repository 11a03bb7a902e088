import type { GrowthStart } from "../local-copy.ts";
import { quoteSh } from "../quote-sh.ts";

/** Files that are left out one by one, each with an argument of tar's; what comes after them is sent, and cut here. */
const MAX_LEFT_OUT = 2_000;

/**
 * What runs on the machine. Its output, in this order:
 *
 *   for each growing file:   grow FROM COUNT SIZE PATH, COUNT bytes, an empty line, the mark
 *   for each large file:     large ./PATH
 *   for each equal file:     same ./PATH
 *   an empty line, and a tar stream of the rest
 *
 * @param digests whether standard input holds lines for `sha256sum -c`
 * @param mark ends each growing file's bytes: without it they are not what was announced
 */
export function makeDownloadScript({
  directory,
  wanted,
  maxFileBytes,
  digests,
  growing,
  maxGrowthBytes,
  mark,
}: {
  readonly directory: string;
  readonly wanted: readonly string[];
  readonly maxFileBytes: number;
  readonly digests: boolean;
  readonly growing: readonly GrowthStart[];
  readonly maxGrowthBytes: number;
  readonly mark: string;
}): string {
  return `cd ${quoteSh(directory)} 2>/dev/null || { echo; exit 0; }
export LC_ALL=C
${growing.length === 0 ? "" : growScript(growing, maxFileBytes, maxGrowthBytes, mark)}set --
for p in ${wanted.map(quoteSh).join(" ")}; do
  if [ -e "./$p" ] || [ -L "./$p" ]; then set -- "$@" "./$p"; fi
done
[ $# -gt 0 ] || { echo; exit 0; }
large=$(find "$@" -type f -size +${maxFileBytes}c 2>/dev/null)
same=${digests ? `$(sha256sum -c - 2>/dev/null | sed -n 's/: OK$//p')` : ""}
IFS='
'
set -f
# Some builds of busybox's tar cannot leave a file out: there it is cut as it arrives, or comes again.
out=1
${growing.length === 0 ? `if [ -n "$large$same" ]; then ` : ""}case "$(tar --help 2>&1)" in *--exclude*) ;; *) out= ;; esac${growing.length === 0 ? "; fi" : ""}
if [ -n "$out" ]; then
${growing
  .map(({ path }) =>
    /[*?[]/.test(path)
      ? ""
      : `  set -- ${quoteSh(`--exclude=./${path}`)} "$@"
`,
  )
  .join("")}  left=${MAX_LEFT_OUT}
  for p in $large; do
    left=$((left - 1))
    [ "$left" -ge 0 ] || break
    case $p in
    *[*?[\\\\]*) ;;
    *) echo "large $p"; set -- "--exclude=$p" "$@" ;;
    esac
  done
  for p in $same; do
    left=$((left - 1))
    [ "$left" -ge 0 ] || break
    case $p in
    *[*?[\\\\]*) ;;
    *) echo "same $p"; set -- "--exclude=$p" "$@" ;;
    esac
  done
fi
echo
exec tar -cf - "$@"`;
}

/** Without sha256sum, a file that was not cut shorter counts as the same. */
function growScript(
  growing: readonly GrowthStart[],
  maxFileBytes: number,
  maxBytes: number,
  mark: string,
): string {
  const calls = growing.map(
    ({ path, bytes, overlapBytes, digest }) =>
      `grow ${quoteSh(path)} ${bytes} ${overlapBytes} ${digest === "" ? "-" : digest}\n`,
  );
  return `grow() {
  [ -f "./$1" ] && [ ! -L "./$1" ] || return 0
  n=$(($(wc -c <"./$1"))) || return 0
  from=$2
  if [ "$n" -lt "$2" ]; then from=0
  elif [ "$3" -gt 0 ] && command -v sha256sum >/dev/null 2>&1; then
    d=$(tail -c "+$(($2 - $3 + 1))" "./$1" | head -c "$3" | sha256sum)
    [ "\${d%% *}" = "$4" ] || from=0
  fi
  count=$((n - from))
  room=$((${maxFileBytes} - from))
  [ "$room" -ge 0 ] || room=0
  [ "$room" -le ${maxBytes} ] || room=${maxBytes}
  [ "$count" -le "$room" ] || count=$room
  echo "grow $from $count $n $1"
  [ "$count" = 0 ] || tail -c "+$((from + 1))" "./$1" | head -c "$count"
  printf '\n%s\n' ${mark}
}
${calls.join("")}`;
}
