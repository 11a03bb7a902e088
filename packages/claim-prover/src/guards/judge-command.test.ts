import { expect, test } from "vitest";

import { judgeCommand } from "./judge-command.ts";

test.each([
  "node {file}",
  "python3 {file}",
  "java -cp target/classes {file}".replace("-cp target/classes ", ""),
  "python3 {file} --all",
])("plain: %s", (command) => {
  expect(judgeCommand(command)).toEqual([]);
});

test.each([
  "PYTHONPATH=fast python3 {file}",
  "env A=b node {file}",
  "node --max-old-space-size=4096 {file}",
  "python3 -O {file}",
  "node {file} && true",
  "node {file} | tail -1",
  "node $(which x) {file}",
])("suspicious: %s", (command) => {
  expect(judgeCommand(command)).toMatchObject([{ code: "benchmark_command" }]);
});
