import { browserPolicies, browserSettings } from "./browser.ts";
import type { DebianPackage, PackageFile } from "./package.ts";

/** The account of whoever sits down: nobody's, emptied after every session. */
const account = "usager";

/**
 * With a timeout of 0 LightDM opens a session by itself once, and then shows a greeter for an account that has no
 * password. After a second, its greeter opens the next one, by the service lightdm-autologin, which asks for none.
 */
const lightdm = `[Seat:*]
autologin-user=${account}
autologin-user-timeout=1
autologin-session=commune-space
user-session=commune-space
allow-guest=false
session-setup-script=/usr/lib/commune-space/fresh-home
session-cleanup-script=/usr/lib/commune-space/fresh-home
`;

/** Everything of the session before is gone before the next begins. */
const freshHome = `#!/bin/sh
set -eu
[ "\${USER:-${account}}" = ${account} ] || exit 0
home=/home/${account}
pkill -KILL -u ${account} || true
find "$home" -mindepth 1 -xdev -delete
cp -a /etc/skel/. "$home/"
chown -R ${account}:${account} "$home"
find /tmp /var/tmp -xdev -user ${account} -delete
`;

function session({ seconds }: { seconds: number }, idle: { seconds: number }): string {
  return `#!/bin/sh
# What runs is what the profile has.
run() { if command -v "$1" > /dev/null; then "$@" & fi; }
run xautolock -time ${Math.max(1, Math.round(idle.seconds / 60))} -locker 'openbox --exit' -corners 0000
run tint2
run pcmanfm --desktop
run firefox-esr
(
  sleep ${Math.max(0, seconds - 300)}
  run zenity --warning --text='La session se termine dans cinq minutes. Enregistrez votre travail sur une clé.'
  sleep ${Math.min(300, seconds)}
  openbox --exit
) &
exec openbox
`;
}

const desktopSession = `[Desktop Entry]
Name=Espace public numérique
Exec=/usr/lib/commune-space/session
Type=Application
DesktopNames=commune-space
`;

const postinst = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if ! getent passwd ${account} > /dev/null; then
    adduser --quiet --disabled-password --gecos 'Usager' ${account}
  fi
  chmod 0700 /home/${account}
fi
`;

/** The account and what is in it are nobody's. */
const postrm = `#!/bin/sh
set -e
if [ "$1" = purge ] && getent passwd ${account} > /dev/null; then
  deluser --quiet --remove-home ${account} || true
fi
`;

/** What is read of a commune's declaration. */
export interface SpacesCommune {
  name: string;
  domain: string;
  contact: string;
  spaces?: Readonly<Record<string, KitSpace>> | undefined;
}

/** A public digital space, as far as its workstations are concerned. */
export interface KitSpace {
  name: string;
  workstations: {
    packages: readonly string[];
    homepage?: string | undefined;
    session: { seconds: number };
    idle: { seconds: number };
  };
}

/**
 * The package that makes a Debian machine a workstation of a public digital space.
 *
 * @returns nothing when the commune has no such space.
 */
export function spaceKit(declaration: SpacesCommune, id: string, version: string): DebianPackage | undefined {
  const { name, domain, contact, spaces } = declaration;
  const space = spaces?.[id];
  if (space === undefined) return undefined;
  const { packages, homepage = `https://${domain}`, session: longest, idle } = space.workstations;
  const files = new Map<string, PackageFile>([
    ["/etc/lightdm/lightdm.conf.d/50-commune-space.conf", { content: lightdm }],
    ["/etc/firefox/policies/policies.json", { content: browserPolicies(homepage) }],
    ["/etc/firefox-esr/commune-space.js", { content: browserSettings }],
    ["/usr/lib/commune-space/fresh-home", { content: freshHome, executable: true }],
    ["/usr/lib/commune-space/session", { content: session(longest, idle), executable: true }],
    ["/usr/share/xsessions/commune-space.desktop", { content: desktopSession }],
  ]);
  return {
    name: `commune-space-${id}`,
    version,
    summary: `Workstation of a public digital space of ${name}`,
    description: `Programs and sessions for ${space.name}: each session starts empty and leaves nothing.`,
    maintainer: `${name} <${contact}>`,
    depends: [...new Set(["adduser", "procps", ...packages])].sort(),
    recommends: [],
    conflicts: ["commune-space"],
    provides: ["commune-space"],
    files,
    scripts: { postinst, postrm },
  };
}
