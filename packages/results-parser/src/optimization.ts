import { benchmarkPath, command, commitId, lineOf, MAX_CHARS, relativePath } from "./fields.ts";
import { FieldReader } from "./field-reader.ts";
import type { IssueList } from "./issues.ts";
import { parseMemory } from "./memory.ts";
import { kindOf } from "./quantity.ts";
import { isJsonObject } from "./read-json.ts";
import type { ClaimedOptimization } from "./results.ts";
import { parseSpeedup } from "./speedup.ts";

const name = lineOf(MAX_CHARS.name);
const text = lineOf(MAX_CHARS.text);

/** One entry of `optimizations`; null, with an issue, for what is none at all. */
export function readOptimization(
  entry: unknown,
  index: number,
  issues: IssueList,
): ClaimedOptimization | null {
  const path = `optimizations[${index}]`;
  if (!isJsonObject(entry)) {
    issues.add(`Expected an object, found ${kindOf(entry)}; the entry is left out.`, {
      field: path,
    });
    return null;
  }
  const fields = new FieldReader(entry, `${path}.`, issues);
  const optimization: ClaimedOptimization = {
    commit: fields.read("commit", commitId),
    function: fields.read("function", name) ?? "",
    file: fields.read("file", relativePath) ?? "",
    description: fields.read("description", text) ?? "",
    technique: fields.read("technique", text) ?? "",
    cpuSpeedup: fields.quantity("cpu_speedup", parseSpeedup),
    memoryReduction: fields.quantity("memory_reduction", parseMemory),
    benchmark: readBenchmark(fields, path, issues),
    index,
  };
  if (
    optimization.commit !== null ||
    optimization.function !== "" ||
    optimization.file !== "" ||
    optimization.description !== ""
  ) {
    return optimization;
  }
  issues.add("The entry names neither commit, function, file nor description; it is left out.", {
    field: path,
  });
  return null;
}

/** Both or nothing: a script without its command cannot be run, nor the other way round. */
function readBenchmark(
  fields: FieldReader,
  path: string,
  issues: IssueList,
): ClaimedOptimization["benchmark"] {
  const value = fields.raw("benchmark");
  if (value === undefined || value === null || value === "") return null;
  if (!isJsonObject(value)) {
    fields.reject("benchmark", `expected an object with file and command, found ${kindOf(value)}`);
    return null;
  }
  const inner = new FieldReader(value, `${path}.benchmark.`, issues);
  const file = inner.read("file", benchmarkPath);
  const line = inner.read("command", command);
  if (file !== null && line !== null) return { file, command: line };
  issues.add("A benchmark needs a file below benchmarks/ and a command; it is left out.", {
    field: `${path}.benchmark`,
  });
  return null;
}
