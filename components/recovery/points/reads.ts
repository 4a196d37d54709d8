import { isNewerTag } from "../../foundation/image/newer.ts";
import type { PointsPlan } from "./plan.ts";

/**
 * Returns the reason why the declared version cannot read the data of a point; undefined if it can. A service reads
 * the data of its own version. An application of an association migrates older data when it starts, as after an
 * archive; its version is the toolkit's.
 *
 * @param version that ran when the point was taken.
 */
export function unreadable(
  { service, beside, settings: { running } }: Pick<PointsPlan, "service" | "beside" | "settings">,
  version: string,
): string | undefined {
  if (beside.tenant === undefined)
    return version === running.version
      ? undefined
      : `${service} is declared as ${running.version}, and the point is of ${version}, whose files and rows it would migrate or not read`;
  return isNewerTag(version, running.version)
    ? `${service} is ${running.version} in this toolkit, and the point is of ${version}: older software does not read what newer has written. Take the toolkit that was in use`
    : undefined;
}
