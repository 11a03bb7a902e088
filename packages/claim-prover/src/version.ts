/** Written into every proof. It changes whenever the procedure does. */
export const PROVER_VERSION = "1.0.0";
