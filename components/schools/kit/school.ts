import { readTemplate, type TemplateValues } from "../../foundation/template/template.ts";
import { mediaFolder } from "../schools/folders.ts";
import type { SchoolsDeclaration } from "../schools/plan.ts";
import { applyScript, diverted, divertedSuffix, openBoardSettings, settingsLines } from "./openboard.ts";
import type { DebianPackage, PackageFile } from "./package.ts";
import { kitFolder, stateFolder, syncScript } from "./sync.ts";

/** The user that fetches the library: it may write there, and nowhere else. */
const user = "_commune-school";

/** A file of the folder school/, for the machine. */
const ofSchool = (name: string, values?: TemplateValues) =>
  readTemplate(`schools/kit/school/${name}`, values);

/** A teacher who has given their own access to the commune's Nextcloud has the school's folder on the machine. */
function mediaUnits(address: string, folder: string): [string, PackageFile][] {
  const values = { FOLDER: unitText(folder), ADDRESS: address };
  return [
    ["/usr/lib/systemd/user/commune-school-medias.service", { content: ofSchool("medias.service", values) }],
    ["/usr/lib/systemd/user/commune-school-medias.timer", { content: ofSchool("medias.timer") }],
  ];
}

/** A text between quotes in a line of a unit. Source: systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers". */
function unitText(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$");
}

/** Brings a file of OpenBoard's package under the kit's own one, or back. */
const divert = (words: "--add" | "--remove", file: string) =>
  `dpkg-divert --package "$DPKG_MAINTSCRIPT_PACKAGE" --quiet --rename --divert ${file}${divertedSuffix} ${words} ${file}`;

/** Returns the commands by which systemd enables or purges each of the units. */
function helped(verb: "enable" | "purge", units: readonly string[]): string {
  return units
    .map(
      (unit) =>
        `deb-systemd-helper ${unit.includes("medias") ? "--user " : ""}${verb} ${unit} > /dev/null || true`,
    )
    .join("\n");
}

/** Scripts that dpkg runs. Documents of teachers are in their homes, and nothing here goes there. */
function maintainerScripts(units: readonly string[]): DebianPackage["scripts"] {
  const added = diverted.map((file) => divert("--add", file));
  const removed = diverted.map((file) => `rm -f ${file}\n${divert("--remove", file)}`);
  const [STATE, USER] = [stateFolder, user];
  return {
    preinst: ofSchool("preinst.sh", { DIVERT: added.join("\n") }),
    postinst: ofSchool("postinst.sh", { STATE, USER, ENABLE: helped("enable", units) }),
    prerm: ofSchool("prerm.sh"),
    postrm: ofSchool("postrm.sh", { STATE, UNDIVERT: removed.join("\n"), PURGE: helped("purge", units) }),
  };
}

/** Fields of a commune's declaration that are read here. */
export interface KitCommune {
  name: string;
  domain: string;
  contact: string;
  schools?: SchoolsDeclaration["schools"];
}

/**
 * Returns the package that makes a Debian machine a workstation of a school: OpenBoard with the school's settings, and
 * what keeps the shared library.
 *
 * @param documents address of the Nextcloud that keeps the schools' folders; undefined if there is none.
 * @returns undefined if the commune has no such school.
 */
export function schoolKit(
  declaration: KitCommune,
  id: string,
  version: string,
  documents: string | undefined,
): DebianPackage | undefined {
  const { name, domain, contact, schools } = declaration;
  const school = schools?.establishments[id];
  if (schools === undefined || school === undefined) return undefined;
  const address = `https://${schools.subdomain}.${domain}`;
  const shelves = [
    ...Object.entries(schools.libraries).map(([shelf, library]) => [shelf, library.name]),
    ...(school.library === undefined ? [] : [[id, school.name]]),
  ];
  const media =
    documents !== undefined && school.teachers.length + school.readers.length > 0
      ? mediaUnits(documents, mediaFolder(school.name))
      : [];
  const units = ["commune-school-sync.timer", ...(media.length > 0 ? ["commune-school-medias.timer"] : [])];
  const files = new Map<string, PackageFile>([
    [`${kitFolder}/address`, { content: `${address}\n` }],
    [`${kitFolder}/bandwidth`, { content: `${school.bandwidth}\n` }],
    [
      `${kitFolder}/shelves`,
      { content: shelves.map(([shelf, title]) => `${shelf}\t${folderName(title ?? "")}\n`).join("") },
    ],
    [`${kitFolder}/settings`, { content: settingsLines(openBoardSettings(address)) }],
    [`${kitFolder}/README`, { content: readme(school.name, address) }],
    ["/usr/lib/commune-school/sync", { content: syncScript(), executable: true }],
    ["/usr/lib/commune-school/apply", { content: applyScript(), executable: true }],
    [
      "/usr/lib/systemd/system/commune-school-sync.service",
      { content: ofSchool("sync.service", { KIT: kitFolder, USER: user, STATE: stateFolder }) },
    ],
    ["/usr/lib/systemd/system/commune-school-sync.timer", { content: ofSchool("sync.timer") }],
    [
      "/usr/share/applications/commune-school-lessons.desktop",
      { content: ofSchool("lessons.desktop", { STATE: stateFolder }) },
    ],
    ...media,
  ]);
  return {
    name: `commune-school-${id}`,
    version,
    summary: `OpenBoard workstation of a school of ${name}`,
    description: `Settings of OpenBoard and the shared library for ${school.name}.\nIt contacts ${address} and nothing else.`,
    maintainer: `${name} <${contact}>`,
    depends: ["adduser", "aria2", "ca-certificates", "curl", "openboard", "perl-base", "util-linux"],
    recommends: media.length > 0 ? ["nextcloud-desktop-cmd", "xdg-utils"] : ["xdg-utils"],
    conflicts: ["commune-school"],
    provides: ["commune-school"],
    files,
    scripts: {
      ...maintainerScripts(units),
      triggers: `interest-noawait /etc/openboard\ninterest-noawait /opt/openboard\ninterest-noawait /usr/share/openboard\n`,
    },
  };
}

/** A shelf's name as a folder: a slash would be another one. */
function folderName(name: string): string {
  return name.replaceAll("/", "-").replace(/^\.+/, "");
}

function readme(school: string, address: string): string {
  return `Poste de travail : ${school}

La bibliothèque partagée est dans ${stateFolder}/library, en lecture seule pour tout le monde.
Elle est mise à jour toutes les deux heures :  systemctl status commune-school-sync.timer
Maintenant :                                   systemctl start commune-school-sync.service
Les documents d'OpenBoard sont dans ~/Documents/OpenBoard, et restent là quand ce paquet est retiré.
Ce poste ne contacte que ${address}, et le Nextcloud de la commune pour qui a donné son accès (~/.netrc).
`;
}
