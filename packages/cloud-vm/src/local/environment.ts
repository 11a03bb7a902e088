import { userInfo } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { homeOf, type MachineRecord } from "./machine-folder.ts";
import { commandMarkers, serverMarkers } from "./markers.ts";

/** The login name on a local machine: the current user's. */
export function localUsername(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid${process.getuid?.() ?? 0}`; // a container's user without an entry in passwd
  }
}

/** What the server process gets of the orchestrator's environment: where programs are, and the language. */
export function serverEnvironment(machine: MachineRecord, nodePath: string): NodeJS.ProcessEnv {
  return {
    PATH: [dirname(nodePath), process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
    LANG: process.env["LANG"] ?? "C.UTF-8",
    ...serverMarkers(machine),
  };
}

/** The whole environment of a command; nothing else of the orchestrator's reaches it. */
export function commandEnvironment(
  machine: MachineRecord,
  folder: string,
  term: string | null,
): NodeJS.ProcessEnv {
  const user = localUsername();
  const home = homeOf(folder);
  return {
    PATH: process.env["PATH"],
    LANG: process.env["LANG"],
    HOME: home,
    TMPDIR: join(home, "tmp"),
    USER: user,
    LOGNAME: user,
    SHELL: "/bin/sh",
    ...commandMarkers(machine),
    ...(term === null ? {} : { TERM: /^[\w.+-]{1,64}$/.test(term) ? term : "dumb" }),
  };
}
