/** How the person who reads the output can call the program: `uo`, or the way in which the repository's scripts run it. */
export function program(): string {
  return process.env["UNIVERSE_COMMAND"] ?? "uo";
}
