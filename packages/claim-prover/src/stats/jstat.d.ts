/** The slice of jStat that is used; the library ships no types. */
declare module "jstat" {
  const jStat: {
    readonly binomial: {
      /** P(X <= k) of a binomial with n trials of probability p, to ten decimal places. */
      cdf(k: number, n: number, p: number): number;
    };
  };
  export default jStat;
}
