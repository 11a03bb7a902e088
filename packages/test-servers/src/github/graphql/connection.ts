import { type Args, FieldError, type Node, type Result } from "./execute.ts";

/** A page of a list as GitHub's connections give it: `nodes`, `edges`, `pageInfo`, `totalCount`. */
export function connection(
  type: string,
  all: readonly Result[],
  args: Args,
  extra: Node["fields"] = {},
): Node {
  const { first, last, after } = args;
  if (typeof first !== "number" && typeof last !== "number")
    throw new FieldError(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${type}\`.`,
    );
  const size = typeof first === "number" ? first : Number(last);
  if (size < 1 || size > 100)
    throw new FieldError(
      "EXCESSIVE_PAGINATION",
      `Requesting ${size} records exceeds the limit of 100 records.`,
    );
  const begin = typeof first === "number" ? indexOf(after) : Math.max(0, all.length - size);
  const items = all.slice(begin, begin + size);
  const cursor = (index: number): string => Buffer.from(`cursor:${begin + index + 1}`).toString("base64");
  return {
    type,
    fields: {
      ...extra,
      totalCount: all.length,
      nodes: items,
      edges: items.map((node, index): Node => ({
        type: `${type}Edge`,
        fields: { node, cursor: cursor(index) },
      })),
      pageInfo: {
        type: "PageInfo",
        fields: {
          hasNextPage: begin + items.length < all.length,
          hasPreviousPage: begin > 0,
          startCursor: items.length > 0 ? cursor(0) : null,
          endCursor: items.length > 0 ? cursor(items.length - 1) : null,
        },
      },
    },
  };
}

function indexOf(cursor: unknown): number {
  if (typeof cursor !== "string") return 0;
  const found = /^cursor:(\d+)$/.exec(Buffer.from(cursor, "base64").toString());
  if (!found)
    throw new FieldError("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(found[1]);
}
