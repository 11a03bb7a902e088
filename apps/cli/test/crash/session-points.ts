import type { Services } from "@universe-optimize/pipeline";
import type { Points } from "./points.ts";

type Connect = Services["connect"];
type Session = Awaited<ReturnType<Connect>>;
type Job = ReturnType<Session["job"]>;
type Call = (...args: unknown[]) => Promise<unknown>;

/** Points before, during and after every act on a machine: opening a session, commands, transfers, jobs. */
export function watchSessions(points: Points, connect: Connect): Connect {
  return async (endpoint, options) =>
    watched(points, await points.around("ssh connect", () => connect(endpoint, options), true));
}

function watched(points: Points, session: Session): Session {
  return new Proxy(session, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      const call = value.bind(target) as Call;
      switch (key) {
        case "exec":
          return (...args: unknown[]) =>
            points.around(`ssh exec ${firstWords(args[0])}`, () => call(...args), true);
        case "upload":
          return (...args: unknown[]) =>
            points.around(`ssh upload ${String(args[1])}`, () => call(...args), true);
        case "download":
          return (...args: unknown[]) => {
            const { directory } = args[0] as { directory: string };
            return points.around(`ssh download ${directory}`, () => call(...args), true);
          };
        case "tail":
          return (...args: unknown[]) => points.around(`ssh tail ${String(args[0])}`, () => call(...args));
        case "startJob":
          return async (...args: unknown[]) => {
            const { name } = args[0] as { name: string };
            const job = (await points.around(`ssh start ${name}`, () => call(...args), true)) as Job;
            return watchedJob(points, job);
          };
        case "job":
          return (name: string) => watchedJob(points, target.job(name));
        default:
          return call;
      }
    },
  });
}

function watchedJob(points: Points, job: Job): Job {
  return new Proxy(job, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      const call = value.bind(target) as Call;
      if (key !== "status" && key !== "stop") return call;
      return (...args: unknown[]) =>
        points.around(`ssh ${key} ${target.name}`, () => call(...args), key === "stop");
    },
  });
}

function firstWords(command: unknown): string {
  return String(command).replaceAll(/\s+/g, " ").slice(0, 40);
}
