import { expect, test } from "vitest";

import { parseJest, parseJunit, parseTap, parseUnittest } from "./parse-reports.ts";

test("JUnit: passed, failed, broken, skipped; markup in names and output does not mislead", () => {
  const states = parseJunit(`<?xml version="1.0"?><testsuites><testsuite name="s">
    <testcase classname="a.B" name="one" time="0.1"/>
    <testcase classname="a.B" name="two &lt;x&gt; &amp; &quot;y&quot;"><failure message="m">text</failure></testcase>
    <testcase name="three" classname="a.B"><error/></testcase>
    <testcase classname="a.B" name="four"><skipped message="later"/></testcase>
    <testcase classname="a.B" name="five > 4"><system-out><![CDATA[<failure>not one</failure>]]></system-out></testcase>
    <testcase classname="a.B" name="one" time="0.1"><failure/></testcase>
  </testsuite></testsuites>`);
  expect(Object.fromEntries(states)).toEqual({
    "a.B::one": "failed",
    'a.B::two <x> & "y"': "failed",
    "a.B::three": "failed",
    "a.B::four": "skipped",
    "a.B::five > 4": "passed",
  });
});

test("Jest: also a file that cannot be loaded", () => {
  const report = {
    testResults: [
      {
        name: "/t/r/a.test.js",
        status: "failed",
        assertionResults: [
          { fullName: "a b", status: "passed" },
          { fullName: "a c", status: "failed" },
          { fullName: "a d", status: "pending" },
        ],
      },
      { name: "/t/r/b.test.js", status: "failed", assertionResults: [] },
    ],
  };
  expect(Object.fromEntries(parseJest(JSON.stringify(report), "/t/r"))).toEqual({
    "a.test.js::a b": "passed",
    "a.test.js::a c": "failed",
    "a.test.js::a d": "skipped",
    "b.test.js": "failed",
  });
});

test("unittest: outcomes on a line of their own, documentation between, modules that cannot be loaded", () => {
  const states = parseUnittest(`test_one (t.test_x.XTest.test_one) ... ok
test_two (t.test_x.XTest.test_two)
Says what it does. ... FAIL
test_three (t.test_x.XTest.test_three) ... skipped 'no'
test_four (t.test_x.XTest.test_four) ... some output
ERROR
broken (unittest.loader._FailedTest.broken) ... ERROR

======================================================================
ERROR: setUpClass (t.test_x.YTest)
----------------------------------------------------------------------
`);
  expect(Object.fromEntries(states)).toEqual({
    "t.test_x.XTest.test_one::test_one": "passed",
    "t.test_x.XTest.test_two::test_two": "failed",
    "t.test_x.XTest.test_three::test_three": "skipped",
    "t.test_x.XTest.test_four::test_four": "failed",
    "unittest.loader._FailedTest.broken::broken": "failed",
    "t.test_x.YTest::setUpClass": "failed",
  });
});

test("TAP: subtests carry their parents' names", () => {
  const states = parseTap(`TAP version 13
# Subtest: outer
    # Subtest: inner
    ok 1 - inner
      ---
      duration_ms: 1
      ...
    not ok 2 - other
    1..2
not ok 1 - outer
ok 2 - later # SKIP not now
1..2
`);
  expect(Object.fromEntries(states)).toEqual({
    "outer > inner": "passed",
    "outer > other": "failed",
    outer: "failed",
    later: "skipped",
  });
});
