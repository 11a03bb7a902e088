/** A line of a file as a diff shows it. `number` is its place in the new file, or in the old one for a removed line. */
export interface DiffLine {
  readonly number: number;
  readonly text: string;
}

export interface FileDiff {
  /** After the change; the old one for a file that is gone. */
  readonly path: string;
  /** Before a rename; else the same as `path`. */
  readonly oldPath: string;
  readonly status: "added" | "deleted" | "modified";
  /** No text to judge. */
  readonly binary: boolean;
  /** Became a symbolic link, a submodule or executable. */
  readonly oddMode: boolean;
  readonly added: readonly DiffLine[];
  readonly removed: readonly DiffLine[];
  /** The whole file after the change, where it was asked for. */
  readonly text?: string;
}

/** Reads `git diff --no-color -U0` with its default prefixes. Lines longer than 2,000 characters are cut. */
export function parseDiff(text: string): FileDiff[] {
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map(parseFile);
}

function parseFile(part: string): FileDiff {
  const lines = part.split("\n");
  const added: DiffLine[] = [];
  const removed: DiffLine[] = [];
  let path = "";
  let oldPath = "";
  let status: FileDiff["status"] = "modified";
  let binary = false;
  let oddMode = false;
  let old = 0;
  let now = 0;
  let inHunk = false;
  for (const line of lines) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (hunk !== null) {
      inHunk = true;
      old = Number(hunk[1]);
      now = Number(hunk[2]);
    } else if (inHunk && line.startsWith("+")) {
      added.push({ number: now++, text: line.slice(1, 2001) });
    } else if (inHunk && line.startsWith("-")) {
      removed.push({ number: old++, text: line.slice(1, 2001) });
    } else if (!inHunk) {
      if (line.startsWith("new file mode")) status = "added";
      if (line.startsWith("deleted file mode")) status = "deleted";
      if (/^(new file mode|new mode) (?!100644)/.test(line)) oddMode = true;
      if (line.startsWith("Binary files ") || line === "GIT binary patch") binary = true;
      if (line.startsWith("--- ") && line !== "--- /dev/null") oldPath = unquotePath(line.slice(4), "a/");
      if (line.startsWith("+++ ") && line !== "+++ /dev/null") path = unquotePath(line.slice(4), "b/");
      if (line.startsWith("rename from ")) oldPath = unquotePath(line.slice(12), "");
      if (line.startsWith("rename to ")) path = unquotePath(line.slice(10), "");
    }
  }
  if (path === "" && oldPath === "") {
    // Neither text nor rename: an empty or binary file, or a mode. The two names are equal.
    const header = lines[0]?.slice("diff --git ".length) ?? "";
    const names = /^a\/(.*) b\/\1$/.exec(header) ?? /^"a\/(.*)" "b\/\1"$/.exec(header);
    path = names?.[1] ?? header;
  }
  return { path: path || oldPath, oldPath: oldPath || path, status, binary, oddMode, added, removed };
}

function unquotePath(text: string, prefix: string): string {
  const plain = text.replace(/\t$/, "");
  const name =
    plain.startsWith('"') && plain.endsWith('"') ? plain.slice(1, -1).replace(/\\(["\\])/g, "$1") : plain;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
