/* oxlint-disable typescript/triple-slash-reference -- whoever compiles these sources needs the library's types with them */
/// <reference path="./jstat.d.ts" />
import jStat from "jstat";

/** P(X <= k) when a fair coin is thrown n times, to ten decimal places. */
export function binomialCdf(k: number, n: number): number {
  return jStat.binomial.cdf(k, n, 0.5);
}
