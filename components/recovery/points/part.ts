import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import { repositoryPassword } from "../vault/secrets.ts";
import type { PointsPlan } from "./plan.ts";
import { pointsKey } from "./secrets.ts";

/** Restore points. */
export const pointsPart: Part<{ allPoints?: readonly PointsPlan[] }> = {
  kind: "restore point",
  secrets: ({ allPoints = [] }) =>
    allPoints.flatMap(({ service }) => [repositoryPassword(service), pointsKey(service)]),
  software: ({ allPoints = [] }) => (allPoints.length > 0 ? [{ name: "restic", image: images.restic }] : []),
};
