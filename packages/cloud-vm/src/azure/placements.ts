import type { MachinePlacement } from "../machine.ts";
import type { AzureSettings } from "./settings.ts";

/** What to try, best first: spot before regular, then the nearest region, any zone of it, the preferred size. */
export function placements(
  settings: Pick<AzureSettings, "size" | "location" | "fallbacks" | "spot" | "scaleSet">,
): MachinePlacement[] {
  const { size, location, fallbacks, spot, scaleSet } = settings;
  const kinds = spot.enabled ? (spot.fallbackToRegular ? [true, false] : [true]) : [false];
  // A scale set that has zones takes no machine without one.
  const zones: (string | null)[] =
    scaleSet !== null && fallbacks.zones.length > 0 ? [...fallbacks.zones] : [null, ...fallbacks.zones];
  return kinds.flatMap((isSpot) =>
    [location, ...fallbacks.regions].flatMap((region) =>
      [size, ...fallbacks.sizes].flatMap((name) =>
        zones.map((zone) => ({ size: name, region, zone, spot: isSpot })),
      ),
    ),
  );
}

export function placementText({ size, region, zone, spot }: MachinePlacement): string {
  return `${spot ? "spot " : ""}${size} in ${region}${zone === null ? "" : ` zone ${zone}`}`;
}
