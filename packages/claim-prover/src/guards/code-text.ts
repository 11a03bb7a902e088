/** The languages whose comments and module level are known. */
export type CodeKind = "c-like" | "python";

/** Null: no program text. */
export function codeKind(path: string): CodeKind | null {
  if (/\.pyx?$|\.pyi$/.test(path)) return "python";
  if (/\.([cm]?[jt]sx?|java|kt|vue|svelte|c|h|cc|cpp|hpp|rs|go)$/.test(path)) return "c-like";
  return null;
}

export function isDocumentation(path: string): boolean {
  return /\.(md|markdown|rst|adoc)$|(^|\/)(docs?|examples?)\/|(^|\/)(LICENSE|NOTICE|CHANGELOG|AUTHORS|README)[^/]*$|(^|\/)\.(gitignore|gitattributes|editorconfig)$/i.test(
    path,
  );
}

/** A line without its comment. Strings stay: names in them count. A comment sign within a string may cut it short, which hides nothing before it. */
export function withoutComment(line: string, kind: CodeKind): string {
  if (/^\s*(\/\/|#|\/\*|\*)/.test(line) && !/^\s*#!/.test(line)) {
    // "*" may begin a product in a broken line; then something is multiplied, not called or assigned.
    if (kind === "c-like" && /^\s*#/.test(line)) return line;
    if (kind === "python" && /^\s*(\/\/|\/\*|\*)/.test(line)) return line;
    return "";
  }
  const sign = kind === "python" ? /(^|\s)#(?=\s).*$/ : /(^|\s)\/\/(?=\s).*$/;
  return line.replace(sign, "");
}
