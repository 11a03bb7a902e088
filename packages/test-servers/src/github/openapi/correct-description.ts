type Json = Record<string, unknown>;

const corrections: readonly { readonly at: string; readonly value: Json; readonly why: string }[] = [
  {
    at: "components schemas billing-usage-report properties usageItems items properties quantity",
    value: { type: "number" },
    why: "the description says whole numbers; GitHub sends fractions, for example GB-hours of storage",
  },
  {
    at: "paths /app/installations get responses 200 content application/json schema items",
    value: { $ref: "#/components/schemas/installation" },
    why: "the description asks of an account that it is a user and an enterprise at once",
  },
];

/** Replaces what is known to be wrong in GitHub's description. Throws when it does not have such a place any more. */
export function correctDescription(root: Readonly<Json>): Readonly<Json> {
  for (const { at, value, why } of corrections) {
    const path = at.split(" ");
    const last = path.pop() ?? "";
    const holder = path.reduce<Json | undefined>((object, name) => object?.[name] as Json | undefined, root);
    if (holder?.[last] === undefined) throw new Error(`GitHub's description has no ${at} to correct: ${why}`);
    holder[last] = value;
  }
  return root;
}
