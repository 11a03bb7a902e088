export { type Campaign, forkProvider, machineProvider, openCampaign } from "./compose.ts";
export { githubReader } from "./github-forks.ts";
export { moveStore, type MoveReport } from "./move-store.ts";
export { openStore } from "./open-store.ts";
export { campaignSshKey, type SshKey } from "./ssh-key.ts";
export { estimateCampaign } from "./estimate-campaign.ts";
