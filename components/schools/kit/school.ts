import { mediaFolder } from "../schools/folders.ts";
import type { SchoolsDeclaration } from "../schools/plan.ts";
import { applyScript, diverted, divertedSuffix, openBoardSettings, settingsLines } from "./openboard.ts";
import type { DebianPackage, PackageFile } from "./package.ts";
import { kitFolder, stateFolder, syncScript } from "./sync.ts";

/** The user that fetches the library: it may write there, and nowhere else. */
const user = "_commune-school";

const service = `[Unit]
Description=Shared library of the school
Documentation=file://${kitFolder}/README
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
User=${user}
Group=${user}
ExecStart=/usr/lib/commune-school/sync
Nice=19
CPUSchedulingPolicy=idle
IOSchedulingClass=idle
TimeoutStartSec=6h
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=${stateFolder}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
CapabilityBoundingSet=
MemoryMax=256M
`;

const timer = `[Unit]
Description=Shared library of the school, every two hours

[Timer]
OnBootSec=3min
OnUnitInactiveSec=2h
RandomizedDelaySec=30min

[Install]
WantedBy=timers.target
`;

/** A teacher who has given their own access to the commune's Nextcloud has the school's folder on the machine. */
function mediaUnits(address: string, folder: string): [string, PackageFile][] {
  return [
    [
      "/usr/lib/systemd/user/commune-school-medias.service",
      {
        content: `[Unit]
Description=Folder Medias of the school
ConditionPathExists=%h/.netrc

[Service]
Type=oneshot
ExecStartPre=/bin/mkdir -p %h/Documents/Medias
ExecStart=/usr/bin/nextcloudcmd -n --silent --non-interactive --path "/${unitText(folder)}" %h/Documents/Medias ${address}
Nice=19
IOSchedulingClass=idle
`,
      },
    ],
    [
      "/usr/lib/systemd/user/commune-school-medias.timer",
      {
        content: `[Unit]
Description=Folder Medias of the school, every ten minutes

[Timer]
OnStartupSec=1min
OnUnitInactiveSec=10min

[Install]
WantedBy=timers.target
`,
      },
    ],
  ];
}

/** A text between quotes in a line of a unit. Source: systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers". */
function unitText(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$");
}

const lessonsEntry = `[Desktop Entry]
Type=Application
Name=Leçons partagées
Comment=Leçons de l'école et de la commune, pour OpenBoard
Exec=xdg-open ${stateFolder}/library/lessons
Icon=folder-documents
Categories=Education;
`;

const divert = (file: string, words: string) =>
  `dpkg-divert --package "$DPKG_MAINTSCRIPT_PACKAGE" --quiet --rename --divert ${file}${divertedSuffix} ${words} ${file}`;

const preinst = `#!/bin/sh
set -e
if [ "$1" = install ] || [ "$1" = upgrade ]; then
${diverted.map((file) => `  ${divert(file, "--add")}`).join("\n")}
fi
`;

function postinst(units: readonly string[]): string {
  return `#!/bin/sh
set -e
case $1 in
  configure)
    adduser --system --quiet --group --home ${stateFolder} --no-create-home --force-badname ${user}
    install -d -m 0755 -o ${user} -g ${user} ${stateFolder} ${stateFolder}/library ${stateFolder}/library/lessons
    ;;
  triggered) ;;
  *) exit 0 ;;
esac
/usr/lib/commune-school/apply
# The packaged folders become the user's, so that shelves can stand in them.
chown -R ${user}:${user} ${stateFolder}/library
if [ "$1" = configure ]; then
${units.map((unit) => `  deb-systemd-helper ${unit.includes("medias") ? "--user " : ""}enable ${unit} > /dev/null || true`).join("\n")}
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload > /dev/null || true
    deb-systemd-invoke start commune-school-sync.timer > /dev/null || true
  fi
fi
`;
}

const prerm = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop commune-school-sync.timer commune-school-sync.service > /dev/null || true
fi
`;

/** Documents of teachers are in their homes, and nothing here goes there. */
function postrm(units: readonly string[]): string {
  return `#!/bin/sh
set -e
if [ "$1" = remove ]; then
${diverted.map((file) => `  rm -f ${file}\n  ${divert(file, "--remove")}`).join("\n")}
fi
if [ "$1" = remove ] || [ "$1" = purge ]; then
${units.map((unit) => `  deb-systemd-helper ${unit.includes("medias") ? "--user " : ""}purge ${unit} > /dev/null || true`).join("\n")}
fi
if [ "$1" = purge ]; then rm -rf ${stateFolder}; fi
`;
}

/** What is read of a commune's declaration. */
export interface KitCommune {
  name: string;
  domain: string;
  contact: string;
  schools?: SchoolsDeclaration["schools"];
}

/**
 * The package that makes a Debian machine a workstation of a school: OpenBoard with the school's settings, and what
 * keeps the shared library.
 *
 * @param documents address of the Nextcloud that keeps the schools' folders; nothing where there is none.
 * @returns nothing when the commune has no such school.
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
    ["/usr/lib/commune-school/sync", { content: syncScript, executable: true }],
    ["/usr/lib/commune-school/apply", { content: applyScript, executable: true }],
    ["/usr/lib/systemd/system/commune-school-sync.service", { content: service }],
    ["/usr/lib/systemd/system/commune-school-sync.timer", { content: timer }],
    ["/usr/share/applications/commune-school-lessons.desktop", { content: lessonsEntry }],
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
      preinst,
      postinst: postinst(units),
      prerm,
      postrm: postrm(units),
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
