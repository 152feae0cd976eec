import type { Catalogue } from "@scopeward/core";
import type { Shadow } from "@scopeward/sdk";

/**
 * Says of each feature in shadow that shadows nothing why not: everything is enforced then, and whoever
 * wrote it down believes otherwise.
 * @param now - milliseconds since 1970.
 */
export function idleShadow(
  shadow: Shadow,
  { features }: Pick<Catalogue, "features">,
  now: number,
): readonly string[] {
  return Object.entries(shadow).flatMap(([feature, { until }]) => {
    if (!Object.hasOwn(features, feature)) {
      const declared = Object.keys(features).join(", ");
      return [
        `\`shadow.${feature}\` shadows nothing: no policy declares this feature; possible are ${declared}`,
      ];
    }
    return Date.parse(until) > now
      ? []
      : [
          `\`shadow.${feature}\` shadows nothing: its \`until\` is over, and the feature is enforced; remove it, or set a later time`,
        ];
  });
}
