/** A value of a query: what is written, or a variable's name. */
export type Value =
  | { readonly kind: "literal"; readonly value: unknown }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Value> };

export type Selection =
  | {
      readonly kind: "field";
      readonly alias: string;
      readonly name: string;
      readonly args: ReadonlyMap<string, Value>;
      readonly selections: readonly Selection[] | null;
    }
  /** `... on Type {…}`; `type` null: any. */
  | { readonly kind: "inline"; readonly type: string | null; readonly selections: readonly Selection[] }
  | { readonly kind: "spread"; readonly fragment: string };

interface Fragment {
  readonly type: string;
  readonly selections: readonly Selection[];
}

export interface Document {
  readonly operation: "query" | "mutation";
  /** Variables with their default values; null: none. */
  readonly variables: ReadonlyMap<string, Value | null>;
  readonly selections: readonly Selection[];
  readonly fragments: ReadonlyMap<string, Fragment>;
}

const pattern = /"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z_]\w*|\.\.\.|[{}()[\]:$!=@|]/g;

/** Parses one operation and its fragments. Throws with the words for an answer when it is none that GitHub would take. */
export function parseGraphql(text: string): Document {
  return new Parser(tokensOf(text)).document();
}

function tokensOf(text: string): string[] {
  const bare = text.replaceAll(/"(?:[^"\\\n]|\\.)*"|#[^\n]*/g, (part) => (part.startsWith("#") ? " " : part));
  const rest = bare.replaceAll(pattern, "").replaceAll(/[\s,]/g, "");
  if (rest !== "") throw new Error(`Parse error on "${rest.slice(0, 20)}"`);
  return bare.match(pattern) ?? [];
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  document(): Document {
    const fragments = new Map<string, Fragment>();
    let found: Omit<Document, "fragments"> | null = null;
    while (this.#at < this.#tokens.length) {
      if (this.#peek() === "fragment") {
        this.#next();
        const name = this.#next();
        this.#expect("on");
        fragments.set(name, { type: this.#next(), selections: this.#selections() });
      } else {
        if (found !== null) throw new Error("Only one operation is taken");
        found = this.#operation();
      }
    }
    if (found === null) throw new Error("A query attribute must be specified and must be a string.");
    return { ...found, fragments };
  }

  #operation(): Omit<Document, "fragments"> {
    const variables = new Map<string, Value | null>();
    if (this.#peek() === "{") return { operation: "query", variables, selections: this.#selections() };
    const operation = this.#next();
    if (operation !== "query" && operation !== "mutation") throw new Error(`Parse error on "${operation}"`);
    if (this.#peek() !== "{" && this.#peek() !== "(") this.#next();
    if (this.#skip("(")) {
      while (!this.#skip(")")) {
        this.#expect("$");
        const name = this.#next();
        this.#expect(":");
        this.#type();
        variables.set(name, this.#skip("=") ? this.#value() : null);
      }
    }
    return { operation, variables, selections: this.#selections() };
  }

  #type(): void {
    if (this.#skip("[")) {
      this.#type();
      this.#expect("]");
    } else this.#next();
    this.#skip("!");
  }

  #selections(): Selection[] {
    this.#expect("{");
    const selections: Selection[] = [];
    while (!this.#skip("}")) selections.push(this.#selection());
    return selections;
  }

  #selection(): Selection {
    if (this.#skip("...")) {
      if (this.#skip("on")) return { kind: "inline", type: this.#next(), selections: this.#selections() };
      if (this.#peek() === "{") return { kind: "inline", type: null, selections: this.#selections() };
      return { kind: "spread", fragment: this.#next() };
    }
    const first = this.#next();
    const name = this.#skip(":") ? this.#next() : first;
    const args = new Map<string, Value>();
    if (this.#skip("(")) {
      while (!this.#skip(")")) {
        const arg = this.#next();
        this.#expect(":");
        args.set(arg, this.#value());
      }
    }
    const selections = this.#peek() === "{" ? this.#selections() : null;
    return { kind: "field", alias: first, name, args, selections };
  }

  #value(): Value {
    if (this.#skip("$")) return { kind: "variable", name: this.#next() };
    if (this.#skip("[")) {
      const items: Value[] = [];
      while (!this.#skip("]")) items.push(this.#value());
      return { kind: "list", items };
    }
    if (this.#skip("{")) {
      const fields = new Map<string, Value>();
      while (!this.#skip("}")) {
        const name = this.#next();
        this.#expect(":");
        fields.set(name, this.#value());
      }
      return { kind: "object", fields };
    }
    const token = this.#next();
    if (token.startsWith('"""')) return { kind: "literal", value: token.slice(3, -3) };
    if (token.startsWith('"') || /^-?\d/.test(token)) return { kind: "literal", value: JSON.parse(token) };
    const words: Record<string, unknown> = { true: true, false: false, null: null };
    return { kind: "literal", value: token in words ? words[token] : token };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error("Unexpected end of document");
    return token;
  }

  #skip(token: string): boolean {
    const here = this.#peek() === token;
    if (here) this.#at++;
    return here;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw new Error(`Parse error on "${found}" (expected "${token}")`);
  }
}
