import type * as z from "zod";
import { show } from "../../foundation/declaration/show.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { type Stating, statementOf } from "../../foundation/page/statement.ts";
import type { Site } from "../../foundation/site/site.ts";
import { hoursOn, isRoundTheClock, type Places } from "../places/places.ts";
import { anyDevice, memberLines, membersOf, packageLines } from "./archive.ts";
import { captivePortalPath, captivePortalText } from "./captive-portal.ts";
import type { hotspotsSection } from "./declaration.ts";
import { type AccessPoint, deviceConfiguration, ownConfiguration } from "./device.ts";
import { deviceFiles } from "./device-files.ts";
import type { WifiFacts } from "./help.ts";
import type { DeviceConfiguration, DeviceFile } from "./netjson.ts";
import { type Network, sharedConfiguration } from "./network.ts";
import { informationPage, type Portal } from "./portal.ts";
import type { RolloutPolicy } from "./rollout.ts";
import { ownPackages, packageOrder, sharedPackages, textOf, type UciPackage } from "./uci.ts";

/** Fields of a commune's declaration that are read here. */
export interface HotspotsDeclaration extends Stating {
  id: string;
  name: string;
  insee: string;
  hotspots?: Declared | undefined;
}

type Declared = z.output<typeof hotspotsSection>;

/** One point, as it is served. */
interface PlannedPoint {
  uuid: string;
  quarter: string;
  /** UCI text of the packages that it has alone. */
  own: string;
  /** Mode, digest and path of everything that it gets, as its signature is over them. */
  lines: string;
}

/** The points of a commune with everything decided; keys and signatures come from elsewhere. */
export interface HotspotsPlan {
  commune: string;
  host: string;
  points: readonly PlannedPoint[];
  /** Configuration of a hotspot that was taken out of the declaration: no radio. */
  off: Pick<PlannedPoint, "own" | "lines">;
  /** UCI text of the packages that all points have. */
  shared: string;
  files: readonly DeviceFile[];
  page: string;
  /** Text by which devices learn that there is no portal; undefined if openNDS shows a page first. */
  captivePortal: string | undefined;
  rollout: RolloutPolicy;
  /** Tells all these configurations from others: a change of it takes another serial. */
  content: string;
  storageClass: string | undefined;
}

/** Points of one quarter at most: their texts are one ConfigMap, which holds 1 MiB. */
const mostPointsPerQuarter = 300;

/** Time zones by the first digits of INSEE codes; Paris elsewhere. */
const timezones: Record<string, string> = {
  971: "America/Guadeloupe",
  972: "America/Martinique",
  973: "America/Cayenne",
  974: "Indian/Reunion",
  976: "Indian/Mayotte",
};

/** Returns what all hotspots of a commune share, and the page that people see. */
function commonOf({ name, insee, domain }: HotspotsDeclaration, hotspots: Declared) {
  const portal: Portal = {
    commune: name,
    languages: hotspots.languages,
    information: hotspots.information,
    help: hotspots.help ?? `Accueil de la mairie (${name})`,
  };
  const host = `${hotspots.subdomain}.${domain}`;
  const hasPortal = hotspots.portal === "page";
  const network: Network = {
    name: hotspots.network ?? networkName(name),
    commune: name,
    timezone: timezones[insee.slice(0, 3)] ?? "Europe/Paris",
    vlan: hotspots.vlan,
    resolvers: hotspots.resolvers,
    captivePortal: hasPortal ? undefined : `https://${host}${captivePortalPath}`,
    quietHours: hotspots.quietHours === "never" ? [] : hotspots.quietHours.spans,
    pollingInterval: hotspots.pollingInterval.seconds,
    files: deviceFiles(hasPortal ? portal : undefined, hotspots.connectionRecords),
  };
  return { portal, host, network };
}

/** The configuration of one point as NetJSON; nothing when the commune has no section. Pure. */
export function planDevice(
  declaration: HotspotsDeclaration,
  hotspot: Places["hotspots"][number],
): DeviceConfiguration | undefined {
  const { hotspots } = declaration;
  return hotspots && deviceConfiguration(accessPoint(hotspot), commonOf(declaration, hotspots).network);
}

/** Plans the `hotspots:` section and the places; nothing when the commune has no section. Pure. */
export function planHotspots(
  declaration: HotspotsDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
  places: Places | undefined,
): HotspotsPlan | undefined {
  const { id, hotspots } = declaration;
  if (hotspots === undefined) return undefined;
  const { portal, host, network } = commonOf(declaration, hotspots);
  const { firstQuarter, sharePerDay, stopAtErrors } = hotspots.rollout;
  const shared = sharedPackages(sharedConfiguration(network));
  // What all points have is written and digested once.
  const common = {
    packages: packageLines(shared),
    files: memberLines(membersOf({ uci: "", files: network.files })),
  };
  const points = (places?.hotspots ?? []).map((hotspot) => {
    const own = ownPackages(ownConfiguration(accessPoint(hotspot), network));
    return { uuid: hotspot.uuid, quarter: hotspot.quarter, ...served(own, common) };
  });
  const nothing = ownConfiguration({ uuid: anyDevice, open: [], radios: [] }, network);
  const off = served(ownPackages(nothing), common);
  return {
    commune: id,
    host,
    points,
    off,
    shared: textOf(shared),
    files: network.files,
    page: informationPage(portal, statementOf(declaration)),
    captivePortal: network.captivePortal && captivePortalText(`https://${host}/`),
    rollout: { firstQuarter, sharePerDay, stopAtErrors },
    content: checksum([off.lines, Object.fromEntries(points.map(({ uuid, lines }) => [uuid, lines]))]),
    storageClass,
  };
}

function accessPoint(hotspot: Places["hotspots"][number]): AccessPoint {
  return {
    uuid: hotspot.uuid,
    open: isRoundTheClock(hotspot) ? hotspot.open.spans : hoursOn(hotspot),
    radios: hotspot.radios.map(({ band, channel, width, power, beamforming }) => ({
      band,
      channel,
      width: Number.parseInt(width, 10),
      power: power.value,
      beamforming: beamforming.value > 0,
    })),
  };
}

/** The lines of what all points have: of packages by name, and of all files. */
interface CommonLines {
  packages: ReadonlyMap<string, string>;
  files: string;
}

function served(own: readonly UciPackage[], common: CommonLines): Pick<PlannedPoint, "own" | "lines"> {
  const packages = new Map([...common.packages, ...packageLines(own)]);
  const lines = packageOrder.map((name) => packages.get(name) ?? "");
  return { own: textOf(own), lines: lines.join("") + common.files };
}

/** Returns the facts about the network that people need. */
export function wifiFacts(
  declaration: HotspotsDeclaration,
  hotspots: Declared,
  map: string | undefined,
): WifiFacts {
  const { portal, network } = commonOf(declaration, hotspots);
  return {
    network: network.name,
    hasPage: hotspots.portal === "page",
    help: portal.help,
    map,
    areConnectionsRecorded: hotspots.connectionRecords !== "none",
  };
}

/** `<commune> Wi-Fi` within 28 bytes, without what a network's name may not have. */
function networkName(commune: string): string {
  const suffix = " Wi-Fi";
  const plain = [...commune.replace(/['"\\]/g, "’").replace(/\s+/g, " ")];
  while (Buffer.byteLength(plain.join("") + suffix) > 28) plain.pop();
  return plain.join("").trim() + suffix;
}

/** Finds problems of the hotspots that no single field shows, by field of the declaration. */
export function hotspotsProblems(
  { hotspots }: Pick<HotspotsDeclaration, "hotspots">,
  places: Places | undefined,
): { field: string[]; message: string }[] {
  if (hotspots === undefined) return [];
  const { firstQuarter } = hotspots.rollout;
  const points = places?.hotspots ?? [];
  const quarters = places?.quarters.map(({ id }) => id) ?? [];
  const unknown =
    firstQuarter === undefined || quarters.includes(firstQuarter)
      ? []
      : [
          {
            field: ["hotspots", "rollout", "firstQuarter"],
            message: `${show(firstQuarter)} is no quarter of places.geojson. ${quarters.length === 0 ? "It has none: take this line out." : `Write one of them: ${quarters.join(", ")}.`}`,
          },
        ];
  const crowded = quarters.flatMap((quarter) => {
    const count = points.filter((point) => point.quarter === quarter).length;
    if (count <= mostPointsPerQuarter) return [];
    const message = `${show(quarter)} has ${count} points, and ${mostPointsPerQuarter} of one quarter can be served. Divide the quarter in places.geojson.`;
    return [{ field: ["hotspots"], message }];
  });
  return [...unknown, ...crowded];
}
