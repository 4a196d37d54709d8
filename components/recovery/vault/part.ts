import type { Part } from "../../foundation/part/part.ts";
import { recoverySection } from "../declaration.ts";
import { french } from "./french.ts";
import type { VaultsGiven } from "./index.ts";
import { vaultHolders, vaultWorkload } from "./manifests.ts";
import {
  drilledRecovery,
  guestOf,
  type KeptVault,
  keptVaults,
  type Members,
  planVaults,
  type RecoverySubject,
  type VaultPlan,
  vaultService,
} from "./plan.ts";
import { vaultAccessLabel, vaultKeyLabel } from "./secrets.ts";
import { vaultMetricsPort } from "./settings.ts";

const kind = "vault";
const labels = [vaultAccessLabel, vaultKeyLabel];

const fields = () => ({
  recovery: recoverySection
    .optional()
    .describe(
      "Members whose encrypted copies this commune keeps, and members that keep its own (docs/vault.md).",
    ),
});

export interface Plans {
  /** Vaults that it keeps for other communes. */
  vaults?: readonly VaultPlan[] | undefined;
  /** Vaults of other communes that have its own copies. */
  keptVaults?: readonly KeptVault[] | undefined;
}

/** Facts that vaults are planned from. */
export interface Around {
  declaration: RecoverySubject & { drillOf?: string | undefined };
  members: Members;
  site: { storageClass: string | undefined };
}

/** Vaults: those that the commune keeps for others, and access to those that others keep for it. */
export const vaultPart: Part<Plans, Around, VaultsGiven, ReturnType<typeof fields>> = {
  kind,
  whenNodeIsLost:
    "Waits for its node: the guest's copies are on a volume. The guest ships to its next vault meanwhile.",
  plan({ declaration, members, site }) {
    const { running, retired } = planVaults(declaration, members, site.storageClass);
    const kept = keptVaults({ ...declaration, id: declaration.drillOf ?? declaration.id }, members);
    return { running: { vaults: running, keptVaults: kept }, retired: { vaults: retired } };
  },
  fields,
  french,
  boundToDomain: ["recovery"],
  drilled: ({ recovery }) => (recovery ? { recovery: drilledRecovery(recovery) } : {}),
  touches: { recovery: ["peers"] },
  toldElsewhere: ["", ".*", ".*.space", ".*.retired"].map((field) => `recovery.host${field}`),
  retirements: ({ recovery }) =>
    Object.entries(recovery?.host ?? {}).map(([guest, { retired }]) => [vaultService(guest), retired]),
  ofRepository: { recovery: "copies come back with npx commune recovery, which reads the repository" },
  sections: { recovery: { en: "safety copies", fr: "copies de sauvegarde" } },
  thingNamed(name) {
    const owner = guestOf(name);
    if (owner === undefined) return undefined;
    const title = { en: "the vault for %", fr: "le coffre pour %" };
    return { kind, owner, title, retirement: ["recovery", "host", owner, "retired"] };
  },
  held: ({ vaults = [] }) => vaults.map(({ guest }) => vaultService(guest)),
  heldBefore: ({ volumes }) => Object.keys(volumes).filter((name) => guestOf(name) !== undefined),
  labels,
  holders: ({ vaults = [] }) => vaults.map(vaultHolders),
  secrets: ({ keptVaults = [] }) => (keptVaults.length > 0 ? labels : []),
  watched: ({ vaults = [] }) =>
    vaults.map((vault) => ({
      ...{ by: "metrics", job: kind, path: "/metrics", through: undefined, isOpenToSite: true },
      ...{ workload: vaultWorkload(vault), port: vaultMetricsPort },
    })),
  // A vault answers only its guest.
  hosts: ({ vaults = [] }) =>
    vaults.map(({ guest, address }) => ({ service: vaultService(guest), host: address, path: "/healthz" })),
  component: async () => (await import("./index.ts")).registerVaults,
};
