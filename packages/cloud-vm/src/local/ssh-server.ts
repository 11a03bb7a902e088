import { timingSafeEqual } from "node:crypto";
import type { ChildProcess } from "node:child_process";
import ssh2, { type AuthContext, type Connection, type Server } from "ssh2";
import { readPublicKey } from "../check-request.ts";
import { serverIdent } from "./answers.ts";
import { localUsername } from "./environment.ts";
import { readRecord, type MachineRecord } from "./machine-folder.ts";
import { serveSession } from "./serve-session.ts";

/** The SSH server of one machine, not listening yet. Forwarding, agents and subsystems are refused. */
export function createSshServer(options: {
  readonly machine: MachineRecord;
  readonly folder: string;
  readonly hostPrivateKey: string;
  readonly onStart: (child: ChildProcess) => void;
}): Server {
  const { machine, folder } = options;
  return new ssh2.Server(
    { hostKeys: [options.hostPrivateKey], ident: serverIdent(machine.id) },
    (connection: Connection) => {
      setNoDelay(connection);
      connection.on("error", () => {}); // a client that went away, or no SSH client at all
      connection.on("authentication", (context) => void authenticate(context, folder));
      connection.on("ready", () => {
        connection.on("session", (accept) =>
          serveSession(accept(), { machine, folder, onStart: options.onStart }),
        );
      });
    },
  );
}

/** Lets in exactly the authorized key, which is read each time: adopting a machine may have replaced it. */
async function authenticate(context: AuthContext, folder: string): Promise<void> {
  const refuse = (): void => context.reject(["publickey"]);
  if (context.method !== "publickey" || context.username !== localUsername()) return refuse();
  const record = await readRecord(folder).catch(() => null);
  const authorized = record === null ? null : readPublicKey(record.authorizedKey);
  if (record === null || authorized === null) return refuse();
  const offered = context.key.data;
  if (offered.length !== authorized.data.length || !timingSafeEqual(offered, authorized.data))
    return refuse();
  // Without a signature the client only asks whether the key would do.
  if (context.signature === undefined || context.blob === undefined) return context.accept();
  const key = ssh2.utils.parseKey(record.authorizedKey);
  if (key instanceof Error || !key.verify(context.blob, context.signature, context.hashAlgo)) return refuse();
  return context.accept();
}

/** Without it the kernel holds small answers back for up to 40 ms (Nagle). The types of ssh2 leave the method out. */
function setNoDelay(connection: Connection): void {
  const method: unknown = Reflect.get(connection, "setNoDelay");
  if (typeof method === "function") Reflect.apply(method, connection, [true]);
}
