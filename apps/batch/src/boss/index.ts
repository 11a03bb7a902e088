export { bossDispatcher, type BossDispatcher, type BossDispatcherOptions } from "./boss-dispatcher.ts";
