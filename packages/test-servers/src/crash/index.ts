export { killAtEachLine, type KilledAtLine } from "./kill-at-each-line.ts";
export {
  runToEnd,
  runUntilKilled,
  type ChildRun,
  type RunOptions,
  type RunUntilKilledOptions,
} from "./run.ts";
