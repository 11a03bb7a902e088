import { fileURLToPath } from "node:url";

/** The supervisor of one run of repository code; a POSIX shell script. */
export const SAMPLE_SCRIPT: string = fileURLToPath(new URL("../machine/sample.sh", import.meta.url));
