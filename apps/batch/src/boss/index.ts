export { bossDispatcher, type BossDispatcher } from "./boss-dispatcher.ts";
