import { expect, it } from "vitest";
import { parseTranscript } from "@universe-optimize/results-parser";
import { longLog } from "./long-log.ts";

const MIB = 2 ** 20;

it("reads a log of 500 MB without growing", { timeout: 120_000 }, async () => {
  const before = process.memoryUsage();
  let peakHeap = 0;
  let peakBuffers = 0;
  let chunks = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of longLog(500e6)) {
      yield chunk;
      chunks += 1;
      if (chunks % 64 !== 0) continue;
      const now = process.memoryUsage();
      peakHeap = Math.max(peakHeap, now.heapUsed - before.heapUsed);
      peakBuffers = Math.max(peakBuffers, now.arrayBuffers - before.arrayBuffers);
    }
  }
  const transcript = await parseTranscript(watched());
  expect(transcript).toMatchObject({ format: "stream-json", costUsd: 7.5, turns: 9, unreadableLines: 0 });
  expect(peakHeap).toBeLessThan(64 * MIB);
  expect(peakBuffers).toBeLessThan(256 * MIB);
});
