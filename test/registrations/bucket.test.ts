import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { judge, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { goldenText } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const site = siteOf(siteSchema.parse({}));
const declaration = communeSchema.parse({
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", contact: "dsi@bron.test" },
  ...{ population: 42_000, nextcloud: {} },
  recovery: {
    vaults: ["coffre", "lyon"],
    buckets: {
      coffre: { endpoint: "https://s3.gra.io.cloud.ovh.net", region: "gra", bucket: "bron-copies" },
    },
  },
});
const lyon = { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "dsi@lyon.test" };
const plan = planCommune(declaration, site, {
  metropolis: { name: "Métropole", members: { lyon } },
});

/** Secrets with what opens vaults in them, by their namespace. */
const opening = new Map<string, Record<string, VaultAccess>>();
let all: Registration[];
let vaults: Record<string, VaultAccess> = {};
beforeAll(async () => {
  all = await record("bron", async () => {
    const given = (name: string) => pulumi.secret(`given ${name}`);
    const look = ({ type, props }: pulumi.ResourceTransformationArgs) => {
      if (!type.endsWith(":Secret")) return undefined;
      pulumi.output(props).apply((object) => {
        const text = object.stringData?.["vaults.json"];
        if (text !== undefined) opening.set(object.metadata.namespace, JSON.parse(text));
      });
      return undefined;
    };
    const commune = new Commune("bron", { plan, site, seed: undefined, given }, { transformations: [look] });
    vaults = await new Promise<typeof vaults>((resolve) =>
      commune.vaults.apply((found) => resolve(found as typeof vaults)),
    );
  });
}, 10 * 60_000);

describe("a commune with a bucket and a neighbour as vaults", () => {
  test("registers what was reviewed of its keeper and its restore points", async () => {
    const copied = all.filter(({ name }) => /^bron-(database-keeper|nextcloud-restore)/.test(name));
    expect(copied.length).toBeGreaterThan(10);
    await expect(goldenText(copied)).toMatchFileSnapshot("../golden/bucket/registrations.yaml");
  });

  test("gives pods that bring copies the bucket's keys, and the reconciler, which faces the network, none", () => {
    const bucket = {
      ...{ address: "https://s3.gra.io.cloud.ovh.net", region: "gra", bucket: "bron-copies" },
      accessKey: "given vault-coffre-access-key",
      secretKey: "given vault-coffre-secret-key",
      ...{ purpose: "append", keepDays: 90 },
    };
    expect(vaults.coffre).toEqual(bucket);
    expect(opening.get("bron-database-keeper")?.coffre).toEqual(bucket);
    expect(opening.get("bron-nextcloud")?.coffre).toEqual(bucket);
    expect(Object.keys(opening.get("bron-federation") ?? {})).toEqual(["lyon"]);
    // They are in Secrets only.
    const texts = kubernetesObjects(all).filter(({ kind }) => kind !== "Secret");
    expect(JSON.stringify(texts)).not.toContain("given vault-coffre");
  });

  test("breaks no rule", () => {
    const objects = kubernetesObjects(all);
    const facts = { declaration, plan, objects, site: { ...site, dataIsDisposable: true } };
    const found = judge(rules, { ...facts, today: "2026-11-30" });
    expect(found.filter(({ rule }) => rule.level === "mandatory").map(sentence)).toEqual([]);
  });
});
