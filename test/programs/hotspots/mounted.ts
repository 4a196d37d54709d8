import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { deriveHex, deriveSecret } from "../../../components/foundation/seed/derive.ts";
import {
  communeConfigMap,
  hotspotsDeployment,
  quarterConfigMaps,
} from "../../../components/places/hotspots/manifests.ts";
import { type HotspotsPlan, planHotspots } from "../../../components/places/hotspots/plan.ts";
import {
  deviceLabel,
  type HotspotsSecrets,
  secretFiles,
  signingLabel,
  statusLabel,
} from "../../../components/places/hotspots/secrets.ts";
import { hotspot, placesFrom, quarter, square } from "../../components/places/places.ts";

const seed = Buffer.alloc(32, 7).toString("base64");
const commune = "bron";

/** Points of some quarters, `count` in each. Fields of the point at an index are as `fields` says. */
export function points(
  count: number,
  fields: (index: number) => Record<string, unknown> = () => ({}),
  quarters: readonly string[] = ["centre", "terraillon"],
) {
  const west = (side: number) => 4.87 + side * 0.02;
  const features = quarters.flatMap((name, side) =>
    Array.from({ length: count }, (_, index) => {
      const place = [west(side) + 0.001 + (index % 100) * 0.0001, 45.761 + Math.floor(index / 100) * 0.001];
      return hotspot({ quarter: name, ...fields(side * count + index) }, place, `p${side}-${index}`);
    }),
  );
  return placesFrom(
    ...quarters.map((name, side) => quarter(name, [square(west(side), 45.76, 0.02)])),
    ...features,
  );
}

/** The plan of a commune with these places, this section, and other fields. */
export function planOf(
  places: ReturnType<typeof points>,
  section: object = {},
  fields: object = {},
): HotspotsPlan {
  const declaration = communeSchema.parse({
    id: commune,
    name: "Bron",
    insee: "69029",
    domain: "bron.test",
    population: 42_000,
    contact: "numerique@bron.test",
    hotspots: section,
    ...fields,
  });
  const plan = planHotspots(declaration, { storageClass: undefined }, places);
  if (plan === undefined) throw new Error("the declaration has no hotspots");
  return plan;
}

/** The secrets of a plan's points, from a seed of this test. */
export function secretsOf(plan: HotspotsPlan): HotspotsSecrets {
  return {
    signing: deriveHex(seed, commune, signingLabel),
    statusToken: deriveSecret(seed, commune, statusLabel),
    keys: Object.fromEntries(
      plan.points.map(({ uuid }) => [uuid, deriveHex(seed, commune, deviceLabel(uuid), 16)]),
    ),
  };
}

/** Writes into a folder what the kubelet would mount into the server's container, by its own volumes and mounts. */
export function mount(
  folder: string,
  plan: HotspotsPlan,
  { secrets = secretsOf(plan), serial = 1 } = {},
): void {
  const { spec } = hotspotsDeployment(plan, "", [], String(serial)).spec.template as {
    spec: {
      volumes: { name: string; configMap?: { name: string }; secret?: object }[];
      containers: { volumeMounts: { name: string; mountPath: string }[] }[];
    };
  };
  const configMaps = [communeConfigMap(plan), ...quarterConfigMaps(plan)];
  for (const path of ["config", "secrets"]) rmSync(join(folder, path), { recursive: true, force: true });
  for (const { name, mountPath } of spec.containers[0]?.volumeMounts ?? []) {
    const volume = spec.volumes.find((each) => each.name === name);
    const config = configMaps.find(({ metadata }) => metadata.name === volume?.configMap?.name)?.data;
    const data = volume?.secret ? { ...secretFiles(secrets, plan, serial) } : config;
    const target = join(folder, mountPath);
    mkdirSync(target, { recursive: true });
    for (const [file, text] of Object.entries(data ?? {})) writeFileSync(join(target, file), text);
  }
}
