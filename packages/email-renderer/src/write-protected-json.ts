import { commit, readGenerated, recordGenerated, recover } from "./generated-file.ts";
import { backUp } from "./generated-file.ts";
import { mergeJsonEdits } from "./merge-json-edits.ts";
import { placeOfOffset } from "./template-part.ts";
import { readOrdinary } from "./safe-file.ts";
import { TemplateError } from "./template-error.ts";

/** What became of a generated JSON file. */
export interface ProtectedJsonResult {
  readonly kind: "written" | "unchanged" | "merged" | "replaced";
  /** The object as it now lies in the file. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Where a person's value was kept, as dotted paths. */
  readonly edited: readonly string[];
  /** Where the old file lies after `replaced`; null otherwise. */
  readonly backupPath: string | null;
}

/**
 * `writeProtected` for a generated JSON object such as context.json: what a person changed in it survives, by `mergeJsonEdits`.
 * There is no conflict: a key that both changed keeps the person's value and is named in `edited`.
 *
 * @throws TemplateError `syntax` when the file is not a JSON object, with nothing changed; and as `writeProtected`
 */
export async function writeProtectedJson(write: {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Overwrite what a person wrote, after a backup. */
  readonly replace?: boolean;
}): Promise<ProtectedJsonResult> {
  const { path, value } = write;
  await recover(path);
  const base = await readGenerated(path);
  for (let round = 0; round < 5; round += 1) {
    const result = await writeOnce(path, value, base, write.replace ?? false);
    if (result !== null) return result;
  }
  throw new TemplateError("the file keeps changing while it is written. Close the editor and run again.", {
    code: "unwritable",
    file: path,
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

async function writeOnce(
  path: string,
  value: JsonObject,
  base: string | null,
  replace: boolean,
): Promise<ProtectedJsonResult | null> {
  const text = jsonText(value);
  const found = await readOrdinary(path);
  if (found === null || found.text === base) {
    if (found?.text === text) return { kind: "unchanged", value, edited: [], backupPath: null };
    return (await commit(path, found, text, text))
      ? { kind: "written", value, edited: [], backupPath: null }
      : null;
  }
  if (replace && found.text !== text) {
    const backupPath = await backUp(path, found.bytes);
    return (await commit(path, found, text, text))
      ? { kind: "replaced", value, edited: [], backupPath }
      : null;
  }
  const theirs = parseObject(found.text, path);
  const { merged, edited } = mergeJsonEdits(base === null ? null : parseObject(base, path), theirs, value);
  const mergedText = jsonText(merged);
  if (mergedText === jsonText(theirs)) {
    await recordGenerated(path, text); // the person's spacing stays
    return { kind: "unchanged", value: merged, edited, backupPath: null };
  }
  return (await commit(path, found, mergedText, text))
    ? { kind: "merged", value: merged, edited, backupPath: null }
    : null;
}

function jsonText(value: JsonObject): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function parseObject(text: string | null, file: string): JsonObject {
  const advice = "Correct it, or remove it: it is then made anew";
  if (text === null) throw new TemplateError(`the file is not UTF-8. ${advice}.`, { code: "syntax", file });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "not JSON";
    const offset = Number(/at position (\d+)/.exec(reason)?.[1] ?? Number.NaN);
    const place = Number.isNaN(offset) ? {} : placeOfOffset({ file, line: 1, column: 1 }, text, offset);
    throw new TemplateError(
      `the file is not JSON (${reason.replace(/ in JSON at position.*$/s, "")}). ${advice}.`,
      { code: "syntax", file, ...place, cause },
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new TemplateError(`the file must hold one JSON object. ${advice}.`, {
    code: "syntax",
    file,
  });
}
