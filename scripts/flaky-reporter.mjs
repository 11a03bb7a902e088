// Names at the end which tests passed only at their second try, so that they are mended and not forgotten.
export default class FlakyReporter {
  #flaky = [];

  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky === true) this.#flaky.push(test);
  }

  onTestRunEnd() {
    if (this.#flaky.length === 0) return;
    console.log(
      `\n${this.#flaky.length} passed only at the second try; mend what makes them fail at the first:`,
    );
    for (const test of this.#flaky) {
      console.log(`  ${test.module.relativeModuleId} > ${test.fullName}`);
      const [first] = test.result().errors ?? [];
      if (first !== undefined) console.log(`    ${String(first.message).split("\n", 1)[0]}`);
    }
  }
}
