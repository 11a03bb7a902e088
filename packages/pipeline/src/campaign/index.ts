export { type CampaignPaths, campaignPaths, type ProjectPaths, projectPaths } from "./campaign-paths.ts";
