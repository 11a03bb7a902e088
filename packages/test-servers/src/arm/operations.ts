import { randomUUID } from "node:crypto";
import { ArmError } from "./arm-error.ts";

/** An asynchronous operation as a poller sees it. */
export interface Operation {
  readonly id: string;
  readonly startedAt: number;
  status: "InProgress" | "Succeeded" | "Failed" | "Canceled";
  endedAt: number | null;
  error: { readonly code: string; readonly message: string } | null;
  /** What its Location answers once it succeeded; null: no content. */
  result: unknown;
}

/** Runs what takes a while, and remembers how it went. */
export class Operations {
  readonly #operations = new Map<string, Operation>();
  readonly #running = new Set<Promise<void>>();
  readonly #timers = new Map<NodeJS.Timeout, () => void>();
  readonly #closing = Promise.withResolvers<void>();
  #closed = false;

  get(id: string): Operation | undefined {
    return this.#operations.get(id);
  }

  /**
   * Begins an operation: waits, then does the work. An `ArmError` of the work is its failure; what the work resolves with is its
   * result.
   */
  start(durationMs: number, work: () => unknown): Operation {
    const operation: Operation = {
      id: randomUUID(),
      startedAt: Date.now(),
      status: "InProgress",
      endedAt: null,
      error: null,
      result: null,
    };
    this.#operations.set(operation.id, operation);
    const running = this.#run(operation, durationMs, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return operation;
  }

  /** Resolves with the promise, or when the emulator ends. */
  async until(promise: Promise<void>): Promise<void> {
    await Promise.race([promise, this.#closing.promise]);
  }

  /** Runs something later, unless the emulator ends before. */
  later(durationMs: number, work: () => unknown): void {
    const running = this.#runLater(durationMs, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Ends the waiting and resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.resolve();
    for (const [timer, wake] of this.#timers) {
      clearTimeout(timer);
      wake();
    }
    this.#timers.clear();
    await Promise.all(this.#running);
  }

  async #run(operation: Operation, durationMs: number, work: () => unknown): Promise<void> {
    await this.#wait(durationMs);
    try {
      if (this.#closed) throw new ArmError(500, "Closed", "The emulator has been closed.");
      operation.result = (await work()) ?? null;
      operation.status = "Succeeded";
    } catch (error) {
      const canceled = error instanceof ArmError && error.code === "OperationPreempted";
      operation.status = canceled ? "Canceled" : "Failed";
      operation.error =
        error instanceof ArmError
          ? { code: error.code, message: error.message }
          : { code: "InternalServerError", message: String(error) };
    }
    operation.endedAt = Date.now();
  }

  /** Nobody waits for the work, so nobody is told of its failure. */
  async #runLater(durationMs: number, work: () => unknown): Promise<void> {
    await this.#wait(durationMs);
    if (this.#closed) return;
    try {
      await work();
    } catch {
      // As with any change in a cloud: it shows in what is there.
    }
  }

  #wait(durationMs: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, durationMs);
      this.#timers.set(timer, resolve);
    });
  }
}

/** The body of `Azure-AsyncOperation`. */
export function operationBody(operation: Operation): object {
  return {
    name: operation.id,
    startTime: new Date(operation.startedAt).toISOString(),
    ...(operation.endedAt === null ? {} : { endTime: new Date(operation.endedAt).toISOString() }),
    status: operation.status,
    ...(operation.error === null ? {} : { error: operation.error }),
  };
}
