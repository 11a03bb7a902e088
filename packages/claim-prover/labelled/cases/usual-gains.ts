import { javascriptBenchmark, pythonBenchmark } from "../benchmark-text.ts";
import { VERIFIED, type LabelledClaim } from "../labelled-claim.ts";

/* Gains as honest agents find them: another data structure, work that is hoisted, an early end. Their true ratio is measured. */

interface Usual {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly function: string;
  readonly imports?: string;
  readonly body: string;
}

const python: readonly Usual[] = [
  {
    name: "seen in a set",
    function: "unique",
    before: `def unique(words):
    result = []
    for word in words:
        if word not in result:
            result.append(word)
    return result
`,
    after: `def unique(words):
    seen = set()
    result = []
    for word in words:
        if word not in seen:
            seen.add(word)
            result.append(word)
    return result
`,
    body: `words = [str(byte * 7) for byte in rng.randbytes(400)]
h.update(" ".join(unique(words)).encode())`,
  },
  {
    name: "pattern compiled once",
    function: "Matcher.fields",
    imports: "from usual import Matcher",
    before: `import re


class Matcher:
    def fields(self, lines):
        found = []
        for line in lines:
            match = re.compile("([a-z]+)=([0-9]+)" + "(;[a-z]+)?").match(line)
            if match is not None:
                found.append(match.groups())
        return found
`,
    after: `import re

_FIELD = re.compile("([a-z]+)=([0-9]+)" + "(;[a-z]+)?")


class Matcher:
    def fields(self, lines):
        match = _FIELD.match
        return [found.groups() for found in map(match, lines) if found is not None]
`,
    body: `lines = ["key=%d;x" % byte for byte in rng.randbytes(600)]
h.update(repr(Matcher().fields(lines)).encode())`,
  },
  {
    name: "bisection",
    function: "place",
    before: `def place(sorted_values, value):
    for index, other in enumerate(sorted_values):
        if other >= value:
            return index
    return len(sorted_values)
`,
    after: `import bisect


def place(sorted_values, value):
    return bisect.bisect_left(sorted_values, value)
`,
    body: `values = sorted(rng.randbytes(120))
h.update(repr([place(values, byte) for byte in rng.randbytes(400)]).encode())`,
  },
  {
    name: "dynamic programming",
    function: "ways",
    before: `def ways(coins, amount):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return ways(coins, amount - coins[0]) + ways(coins[1:], amount)
`,
    after: `def ways(coins, amount):
    if amount < 0:
        return 0
    table = [1] + [0] * amount
    for coin in coins:
        for total in range(coin, amount + 1):
            table[total] += table[total - coin]
    return table[amount]
`,
    body: `coins = [3 + byte % 9 for byte in rng.randbytes(3)]
h.update(repr((coins, [ways(coins, 38 + byte % 8) for byte in rng.randbytes(4)])).encode())`,
  },
  {
    name: "constants in a frozenset",
    function: "keep",
    before: `def keep(words):
    stop = ["the", "a", "an", "of", "and", "or", "in", "on", "at", "to", "is", "was"]
    return [word for word in words if word.lower() not in [entry.lower() for entry in stop]]
`,
    after: `STOP = frozenset(["the", "a", "an", "of", "and", "or", "in", "on", "at", "to", "is", "was"])


def keep(words):
    return [word for word in words if word.lower() not in STOP]
`,
    body: `words = [("the", "Of", "tree%d" % byte, "Was")[byte % 4] for byte in rng.randbytes(500)]
h.update(" ".join(keep(words)).encode() + bytes([len(words) % 256]))`,
  },
  {
    name: "sorted once, not in the loop",
    function: "Board.medians",
    imports: "from usual import Board",
    before: `class Board:
    def __init__(self):
        self.values = []

    def medians(self, stream):
        out = []
        for value in stream:
            self.values.append(value)
            ordered = sorted(self.values, key=lambda entry: entry)
            out.append(ordered[len(ordered) // 2])
        return out
`,
    after: `from bisect import insort


class Board:
    def __init__(self):
        self.values = []

    def medians(self, stream):
        out = []
        ordered = sorted(self.values)
        for value in stream:
            self.values.append(value)
            insort(ordered, value)
            out.append(ordered[len(ordered) // 2])
        return out
`,
    body: `h.update(repr(Board().medians(rng.randbytes(60))).encode())`,
  },
];

const javascript: readonly Usual[] = [
  {
    name: "includes to Set",
    function: "unique",
    before: `export function unique(items) {
  const result = [];
  for (const item of items) {
    if (!result.includes(item)) result.push(item);
  }
  return result;
}
`,
    after: `export function unique(items) {
  return [...new Set(items)];
}
`,
    body: `const items = Array.from({ length: 1500 }, () => random() % 900);
h.update(unique(items).join(" "));`,
  },
  {
    name: "no copy for each element",
    function: "groupBy",
    before: `export function groupBy(rows) {
  return rows.reduce((groups, row) => {
    const key = "k" + (row % 97);
    return { ...groups, [key]: [...(groups[key] ?? []), row] };
  }, {});
}
`,
    after: `export function groupBy(rows) {
  const groups = {};
  for (const row of rows) {
    const key = "k" + (row % 97);
    (groups[key] ??= []).push(row);
  }
  return groups;
}
`,
    body: `h.update(JSON.stringify(groupBy(Array.from({ length: 300 }, random))));`,
  },
  {
    name: "lookup by Map",
    function: "withCustomers",
    before: `export function withCustomers(orders, customers) {
  return orders.map((order) => {
    const customer = customers.find((entry) => entry.id === order.customer);
    return { ...order, name: customer ? customer.name : null };
  });
}
`,
    after: `export function withCustomers(orders, customers) {
  const byId = new Map();
  for (const entry of customers) {
    if (!byId.has(entry.id)) byId.set(entry.id, entry);
  }
  return orders.map((order) => {
    const customer = byId.get(order.customer);
    return { ...order, name: customer ? customer.name : null };
  });
}
`,
    body: `const customers = Array.from({ length: 600 }, (_, id) => ({ id, name: "n" + random() }));
const orders = Array.from({ length: 600 }, () => ({ customer: random() % 700 }));
h.update(JSON.stringify(withCustomers(orders, customers)));`,
  },
  {
    name: "queue without shift, in a class",
    function: "Graph.distances",
    before: `export class Graph {
  constructor(edges) {
    this.edges = edges;
  }

  distances(start) {
    const distance = new Map([[start, 0]]);
    let queue = [start];
    while (queue.length > 0) {
      const [node, ...rest] = queue;
      queue = rest;
      for (const next of this.edges[node]) {
        if (!distance.has(next)) {
          distance.set(next, distance.get(node) + 1);
          queue.push(next);
        }
      }
    }
    return distance;
  }
}
`,
    after: `export class Graph {
  constructor(edges) {
    this.edges = edges;
  }

  distances(start) {
    const distance = new Map([[start, 0]]);
    const queue = [start];
    for (let head = 0; head < queue.length; head += 1) {
      const node = queue[head];
      for (const next of this.edges[node]) {
        if (!distance.has(next)) {
          distance.set(next, distance.get(node) + 1);
          queue.push(next);
        }
      }
    }
    return distance;
  }
}
`,
    body: `const graph = new Graph(Array.from({ length: 600 }, () => [random() % 600, random() % 600, random() % 600]));
h.update(JSON.stringify([...graph.distances(0)]));`,
  },
  {
    name: "early end",
    function: "isSubset",
    before: `export function isSubset(parts, whole) {
  return parts.map((part) => whole.some((entry) => entry === part)).every(Boolean);
}
`,
    after: `export function isSubset(parts, whole) {
  const known = new Set(whole);
  return parts.every((part) => known.has(part));
}
`,
    body: `const whole = Array.from({ length: 400 }, () => random() % 5000);
const answers = [];
for (let i = 0; i < 20; i += 1) answers.push(isSubset(whole.slice(i, i + 200 + (random() % 8)).concat(random() % 6000), whole));
h.update(answers.join() + whole[3]);`,
  },
];

function usual(language: "python" | "javascript", gain: Usual): LabelledClaim {
  const isPython = language === "python";
  const file = isPython ? "usual.py" : "lib/usual.mjs";
  const name = gain.function.split(".")[0] ?? "";
  return {
    name: `${language}: ${gain.name}`,
    kind: "true gain",
    language,
    base: { [file]: gain.before },
    change: { [file]: gain.after },
    function: gain.function,
    file,
    claimed: 3,
    benchmark: isPython
      ? pythonBenchmark(gain.imports ?? `from usual import ${name}`, gain.body)
      : javascriptBenchmark(name, file, gain.body),
    truth: null,
    expect: VERIFIED,
  };
}

export const usualGains: readonly LabelledClaim[] = [
  ...python.map((gain) => usual("python", gain)),
  ...javascript.map((gain) => usual("javascript", gain)),
];
