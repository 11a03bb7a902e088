export { type SumbleOptions, startSumble, type TestSumble } from "./start-sumble.ts";
export type { SumbleOrganization, SumblePerson } from "./sumble-data.ts";
