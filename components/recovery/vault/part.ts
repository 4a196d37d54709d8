import type { Part } from "../../foundation/part/part.ts";
import { vaultHolders } from "./manifests.ts";
import type { KeptVault, VaultPlan } from "./plan.ts";
import { vaultAccessLabel, vaultKeyLabel } from "./secrets.ts";

const labels = [vaultAccessLabel, vaultKeyLabel];

/** Vaults: those that it keeps for others, and what opens those of others. */
export const vaultPart: Part<{
  vaults?: readonly VaultPlan[] | undefined;
  keptVaults?: readonly KeptVault[] | undefined;
}> = {
  labels,
  holders: ({ vaults = [] }) => vaults.map(vaultHolders),
  secrets: ({ keptVaults = [] }) => (keptVaults.length > 0 ? labels : []),
};
