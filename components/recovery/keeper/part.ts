import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import { copyPassword } from "../../platform/database/secrets.ts";
import { repositoryPassword } from "../vault/secrets.ts";
import type { KeeperPlan } from "./plan.ts";

/** Keepers: what copies database servers to the vaults. */
export const keeperPart: Part<{ keepers?: readonly KeeperPlan[] }> = {
  secrets: ({ keepers = [] }) =>
    keepers.flatMap(({ server, outsidePort }) => [
      ...(outsidePort === undefined ? [copyPassword(server)] : []),
      repositoryPassword(server),
    ]),
  software: ({ keepers = [] }) => (keepers.length > 0 ? [{ name: "restic", image: images.restic }] : []),
};
