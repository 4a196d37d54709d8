import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import { repositoryPassword } from "../vault/secrets.ts";
import type { PointsPlan } from "./plan.ts";
import type { PointsGiven } from "./register.ts";
import { pointsKey } from "./secrets.ts";

/** Restore points. */
export const pointsPart: Part<{ points?: readonly PointsPlan[] }, unknown, PointsGiven> = {
  kind: "restore point",
  whenNodeIsLost:
    "A run waits with the volume that it reads, or fails, and the next one comes at its hour. Points at vaults stay.",
  secrets: ({ points = [] }) =>
    points.flatMap(({ service }) => [repositoryPassword(service), pointsKey(service)]),
  software: ({ points = [] }) => (points.length > 0 ? [{ name: "restic", image: images.restic }] : []),
  component: async () => (await import("./register.ts")).registerPoints,
};
