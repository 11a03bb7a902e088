import type { Socket } from "node:net";

/**
 * Sends what is written to a socket within one turn as one segment.
 *
 * ssh2 writes an encrypted packet in three pieces (length, body, tag). With Nagle off each would be a system call here, a
 * segment on the network and a wake-up of sshd: most of what a short command costs.
 */
export function coalesceWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let corked = false;
  const flush = (): void => {
    corked = false;
    socket.uncork();
  };
  socket.write = (...args: unknown[]): boolean => {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(flush);
    }
    return write(...args);
  };
}
