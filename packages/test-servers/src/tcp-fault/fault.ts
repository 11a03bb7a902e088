/**
 * What a network does to a connection.
 *
 * - `none`: passes everything on
 * - `black_hole`: takes the bytes of both sides and passes nothing on; ends are not passed on either. What was swallowed
 *   stays lost, so a connection that was in one is of no further use
 * - `stall`: takes nothing any more; everything goes on where it was once the fault is lifted
 * - `slow`: passes on `bytesPerSecond` a direction, each piece `latencyMs` late; either may be left out
 * - `half_open`: accepts, takes what the client says, and opens nothing behind it; concerns new connections only
 * - `refuse`: ends new connections at once with RST, the nearest to a closed port
 */
export type Fault =
  | { readonly kind: "none" }
  | { readonly kind: "black_hole" }
  | { readonly kind: "stall" }
  | { readonly kind: "slow"; readonly bytesPerSecond?: number; readonly latencyMs?: number }
  | { readonly kind: "half_open" }
  | { readonly kind: "refuse" };
