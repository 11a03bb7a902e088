import { resolve } from "node:path";

/** Calls of this process on one file come one after the other. */
const turns = new Map<string, Promise<unknown>>();

export async function inTurn<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const key = resolve(file);
  const turn = (turns.get(key) ?? Promise.resolve()).then(work, work);
  turns.set(key, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(key) === turn) turns.delete(key);
  }
}
