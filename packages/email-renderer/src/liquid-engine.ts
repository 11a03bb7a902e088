import { Liquid } from "liquidjs";
import { emailLimits } from "./limits.ts";
import { printable, UnprintableValue } from "./printable.ts";

// Tags that read other files, and filters that evaluate an expression held in a string, give another text each time,
// or switch the cleaning of values off.
const refusedTags = ["render", "include", "layout", "block"];
const refusedFilters = [
  "where_exp",
  "reject_exp",
  "group_by_exp",
  "has_exp",
  "find_exp",
  "find_index_exp",
  "sample",
  "raw",
];

const outputs = { count: 0, chars: 0 };

function printOutput(value: unknown): string {
  const text = Array.isArray(value) ? value.map(printable).join("") : printable(value);
  outputs.count += 1;
  outputs.chars += text.length;
  if (outputs.count > emailLimits.outputs)
    throw new UnprintableValue("limit", `is one of more than ${emailLimits.outputs} printed values`);
  if (outputs.chars > emailLimits.bodyChars)
    throw new UnprintableValue("limit", `makes the text longer than ${emailLimits.bodyChars} characters`);
  return text;
}

function createEngine(): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    dynamicPartials: false,
    relativeReference: false,
    templates: {}, // no file system, whatever a tag asks for
    parseLimit: emailLimits.templateChars,
    renderLimit: emailLimits.renderMs,
    memoryLimit: emailLimits.allocations,
    timezoneOffset: 0,
    locale: "en-US",
    outputEscape: printOutput,
  });
  for (const tag of refusedTags) delete engine.tags[tag];
  for (const filter of refusedFilters) engine.unregisterFilter(filter);
  return engine;
}

let shared: Liquid | null = null;

/** The one engine. It is made when the first Liquid template is compiled. */
export function liquidEngine(): Liquid {
  shared ??= createEngine();
  return shared;
}

/** Runs one render, which is synchronous, with its own count of printed values. */
export function countingOutputs<T>(render: () => T): T {
  outputs.count = 0;
  outputs.chars = 0;
  return render();
}
