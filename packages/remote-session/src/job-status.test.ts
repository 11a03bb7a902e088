import { expect, test } from "vitest";
import { isTorn, needsSupervisor, parseJobStatus } from "./job-status.ts";

const STARTED = "started 100 99 5000 4999 boot-a 1000.50 1700000000 name.0123 /home/x/log";
const STAT = (state: string, ticks: number): string =>
  `${state} 1 100 100 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 ${ticks} 0 0`;

const FACTS = {
  cpuSeconds: 12,
  rssBytes: 4096,
  facts: {
    outputBytes: 4321,
    resultRows: 3,
    commits: 2,
    tip: "ab".repeat(20),
    oomKills: 0,
    diskFull: false,
    memoryLimited: true,
  },
};
const heartbeat = (at: string, logBytes: number, end = at): string =>
  `heartbeat ${at} boot 99 1000.50 ${logBytes} 4321 12 4096 3 2 ${"ab".repeat(20)} 0 0 1 ${end}`;

test("a job that was never started is absent; one whose files arrive is starting", () => {
  expect(parseJobStatus("now 5.00 boot-a\n").state).toBe("absent");
  expect(parseJobStatus("now 5.00 boot-a\nstarting\nstarting\n").state).toBe("starting");
});

test("a running job's times are differences of the monotonic clock", () => {
  const text = `now 1060.75 boot-a\n${STARTED}\nprocess 100 ${STAT("S", 5000)}\nprocess 99 ${STAT("S", 4999)}\ngroup\n${heartbeat("1060.00", 1234)}\n`;
  expect(parseJobStatus(text)).toEqual({
    state: "running",
    exitCode: null,
    end: null,
    elapsedSeconds: 60.25,
    heartbeatAgeSeconds: 0.75,
    logBytes: 1234,
    logTruncated: false,
    ...FACTS,
  });
});

test("a heart that beats tells all there is to know", () => {
  const text = `now 1060.75 boot-a\n${heartbeat("1060.00", 1234)}\nbeats\n`;
  expect(parseJobStatus(text)).toEqual({
    state: "running",
    exitCode: null,
    end: null,
    elapsedSeconds: 60.25,
    heartbeatAgeSeconds: 0.75,
    logBytes: 1234,
    logTruncated: false,
    ...FACTS,
  });
  expect(parseJobStatus(`${text}truncated\n`).logTruncated).toBe(true);
  expect(needsSupervisor(text)).toBe(false);
});

test("a heartbeat that was overwritten while it was read is noticed, and nothing of it is believed but its time", () => {
  const text = `now 1061.00 boot-a\n${STARTED}\nprocess 99 ${STAT("S", 4999)}\n`;
  const torn = `${text}${heartbeat("1060.00", 1234, "1061.01")}\n`;
  expect([torn, `${text}${heartbeat("1060.00", 1234)}\n`, `${text}heartbeat 1060.00\n`].map(isTorn)).toEqual([
    true,
    false,
    false,
  ]);
  expect(parseJobStatus(torn)).toMatchObject({ state: "running", heartbeatAgeSeconds: 1, logBytes: 0 });
  expect(parseJobStatus(torn).facts).toBeUndefined();
});

test("a supervisor that is dead, or whose heart stands still, is replaced", () => {
  const alive = `process 99 ${STAT("S", 4999)}\n`;
  const text = (lines: string, at: string): string =>
    `now 1060.00 boot-a\n${STARTED}\n${lines}${heartbeat(at, 9)}\n`;
  expect(needsSupervisor(text(alive, "1059.00"))).toBe(false);
  expect(needsSupervisor(text(alive, "1040.00"))).toBe(true);
  expect(needsSupervisor(text("", "1059.00"))).toBe(true);
  expect(needsSupervisor(text(`adopted 101 7000\nprocess 101 ${STAT("S", 7000)}\n`, "1059.00"))).toBe(false);
  expect(needsSupervisor(text(`adopted 101 7000\n${alive}`, "1059.00"))).toBe(true);
  expect(needsSupervisor(`${text("", "1059.00")}ended 0 1059.00 1700000100 9\n`)).toBe(false);
});

test("an ended job keeps its time, and its status survives a restart of the machine", () => {
  const ended = `${STARTED}\ntruncated\nended 143 1100.50 1700000100 77\n`;
  const status = {
    state: "exited",
    exitCode: 143,
    end: "signalled",
    elapsedSeconds: 100,
    logBytes: 77,
    logTruncated: true,
  };
  expect(parseJobStatus(`now 1200.50 boot-a\n${ended}`)).toEqual({ ...status, heartbeatAgeSeconds: 100 });
  expect(parseJobStatus(`now 3.00 boot-b\n${ended}`)).toEqual({ ...status, heartbeatAgeSeconds: null });
});

test.each([
  ["nothing of it lives", "", "lost"],
  ["only its supervisor lives", `process 99 ${STAT("S", 4999)}\n`, "running"],
  ["only the job lives: its supervisor was killed", `process 100 ${STAT("S", 5000)}\n`, "running"],
  ["only its group lives", "group\n", "running"],
  ["it is a zombie", `process 100 ${STAT("Z", 5000)}\n`, "lost"],
  ["another process has its id", `process 100 ${STAT("S", 9999)}\ngroup\n`, "lost"],
  ["its system has no /proc", "process 100\n", "running"],
])("without an exit status, when %s", (_, lines, state) => {
  expect(parseJobStatus(`now 1060.00 boot-a\n${STARTED}\n${lines}${heartbeat("1005.50", 9)}\n`).state).toBe(
    state,
  );
});

test("after a restart of the machine nothing of that number is the job", () => {
  const text = `now 50.00 boot-b\n${STARTED}\nprocess 100 ${STAT("S", 5000)}\ngroup\n${heartbeat("1005.50", 9)}\n`;
  expect(parseJobStatus(text)).toEqual({
    state: "lost",
    exitCode: null,
    end: null,
    elapsedSeconds: null,
    heartbeatAgeSeconds: null,
    logBytes: 9,
    logTruncated: false,
    ...FACTS,
  });
});

test("a lost job's time goes to its last heartbeat", () => {
  expect(parseJobStatus(`now 9000.00 boot-a\n${STARTED}\n${heartbeat("1010.50", 9)}\n`)).toMatchObject({
    elapsedSeconds: 10,
    heartbeatAgeSeconds: 7989.5,
  });
});

test("damaged files give a status, never an error or a number that is none", () => {
  for (const text of [
    "",
    "started",
    "now\nstarted x y z",
    `now 5 b\n${STARTED}\nended`,
    `now 5 b\n${STARTED}\nended NaN Infinity -1 1e99`,
    `now 1001 boot-a\n${STARTED}\nheartbeat \u001b[2J 99999999999999999999`,
    "\0\uFFFD\n".repeat(1000),
  ]) {
    const status = parseJobStatus(text);
    expect(["absent", "lost"]).toContain(status.state);
    for (const value of [
      status.exitCode,
      status.elapsedSeconds,
      status.heartbeatAgeSeconds,
      status.logBytes,
    ]) {
      expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true);
    }
  }
});
