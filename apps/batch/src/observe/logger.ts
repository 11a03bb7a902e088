import { destination, type Logger, pino, stdTimeFunctions } from "pino";

export type { Logger } from "pino";

/** JSON lines on standard error, each with the campaign; no secret that `mask` knows gets out. */
export function batchLogger(campaign: string, level: string, mask: (text: string) => string): Logger {
  return pino(
    {
      level,
      base: { campaign, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: mask },
    },
    // Synchronous: the last line before a crash is the one that is wanted.
    destination({ fd: 2, sync: true }),
  );
}
