import { javascriptBenchmark, pythonBenchmark } from "../benchmark-text.ts";
import { REFUSED, VERIFIED, type LabelledClaim } from "../labelled-claim.ts";

/* 60 MiB of rows that are kept or not; the rest of the process is the same. */
const python = (kept: boolean): string => `def total(rows, blocks):
    ${kept ? "held = []" : "held = None"}
    result = 7
    for index in range(blocks):
        block = bytearray(1 << 20)
        block[index] = rows[index % len(rows)]
        result = (result * 31 + sum(block[:4096])) % 1000003
        ${kept ? "held.append(block)" : "held = block"}
    return result
`;
const pythonBench = pythonBenchmark(
  "from blocks import total",
  `h.update(repr(total(rng.randbytes(64), 60)).encode())`,
);
const javascript = (kept: boolean): string => `export function total(rows, blocks) {
  const held = [];
  let result = 7;
  for (let i = 0; i < blocks; i += 1) {
    ${kept ? "const block = Buffer.alloc(1 << 20, 1);" : "const block = Buffer.alloc(1 << 14, 1);"}
    block[i] = rows[i % rows.length];
    for (let j = 0; j < 4096; j += 1) result = (Math.imul(result, 31) + block[j]) | 0;
    held.push(block);
  }
  return result;
}
`;
const javascriptBench = javascriptBenchmark(
  "total",
  "src/blocks.mjs",
  `h.update(String(total(Array.from({ length: 64 }, () => random() % 256), 60)));`,
);

const memory = (
  name: string,
  language: "python" | "javascript",
  more: Partial<LabelledClaim>,
): LabelledClaim => {
  const isPython = language === "python";
  const file = isPython ? "blocks.py" : "src/blocks.mjs";
  const text = isPython ? python : javascript;
  return {
    name: `memory, ${language}: ${name}`,
    kind: "memory",
    language,
    base: { [file]: text(true) },
    change: { [file]: text(false) },
    function: "total",
    file,
    claimed: null,
    claimedMiB: 55,
    benchmark: isPython ? pythonBench : javascriptBench,
    truth: 1,
    truthMiB: 62,
    expect: VERIFIED,
    ...more,
  };
};

export const memoryClaims: readonly LabelledClaim[] = [
  memory("blocks are no longer kept", "python", {}),
  memory("nothing is saved", "python", {
    base: { "blocks.py": python(false) },
    change: { "blocks.py": python(false).replaceAll("result", "outcome") },
    truthMiB: 0,
    expect: REFUSED,
  }),
  memory("more is used", "javascript", {
    base: { "src/blocks.mjs": javascript(false) },
    change: { "src/blocks.mjs": javascript(true) },
    truthMiB: 0,
    expect: REFUSED,
  }),
];
