import { readFileSync } from "node:fs";
import { toolkitFile } from "../../foundation/toolkit.ts";
import type { DeviceFile } from "./netjson.ts";
import { type Portal, portalTheme } from "./portal.ts";

/** Where openNDS finds the page of the network. */
export const themePath = "/usr/lib/opennds/theme_hotspot.sh";

/** What OpenWrt calls at every lease: outside the jail in which dnsmasq runs since OpenWrt 22.03. */
export const leaseScript = "/etc/hotplug.d/dhcp/50-hotspot";

/** Days after which a connection record is deleted: one year. Source: decree 2021-1362, article 5. */
const recordDays = 365;

/**
 * The files that all points of a commune have beside their UCI packages.
 *
 * @param portal what openNDS shows before the first use; absent where nothing stands there.
 */
export function deviceFiles(
  portal: Portal | undefined,
  connectionRecords: "one year" | "none",
): DeviceFile[] {
  return [
    ...(portal ? [script(themePath, portalTheme(portal))] : []),
    ...updaterFiles(),
    script("/usr/sbin/hotspot-radio", ofPoint("hotspot-radio")),
    script("/usr/sbin/hotspot-report", ofPoint("hotspot-report")),
    script("/etc/init.d/hotspot-radio", startScript),
    script("/etc/hotplug.d/ntp/50-hotspot", clockScript),
    script("/usr/sbin/hotspot-purge", purgeScript),
    ...(connectionRecords === "none" ? [] : [script(leaseScript, leaseRecord)]),
    {
      path: "/etc/crontabs/root",
      mode: "0600",
      contents:
        "* * * * * /usr/sbin/hotspot-radio; /usr/sbin/hotspot-report\n17 4 * * * /usr/sbin/hotspot-purge\n",
    },
    script("/etc/openwisp/post-reload-hook", afterReload),
  ];
}

/** What verifies every configuration before it changes anything, and what keeps it where the agent looks for it. */
export function updaterFiles(): DeviceFile[] {
  return [
    script("/usr/sbin/hotspot-update", ofPoint("hotspot-update")),
    { path: "/etc/hotplug.d/openwisp/00-hotspot", mode: "0644", contents: ofPoint("install-update") },
  ];
}

/** A script of the folder point/, as points have it. */
function ofPoint(name: string): string {
  return readFileSync(toolkitFile(`components/places/hotspots/point/${name}.sh`), "utf8");
}

function script(path: string, contents: string): DeviceFile {
  return { path, mode: "0755", contents };
}

/** Before it, radios that have hours would be on at full power from the start of the network until cron's first minute. */
const startScript = `#!/bin/sh /etc/rc.common
# Right after the network (20): radios that have hours are off until the time is known.
START=21

start() {
	ubus -t 30 wait_for network.wireless
	hotspot-radio
}
`;

/** Called by OpenWrt with what its NTP client says; stratum 16 is a clock that nobody set. Source: RFC 5905, figure 11. */
const clockScript = `#!/bin/sh
# The time is known from now on: radios that have hours may follow them.
[ "\${stratum:-16}" -lt 16 ] || exit 0
touch "\${HOTSPOT_STATE:-/tmp}/hotspot-clock"
hotspot-radio
`;

/** Records are named by day since 1970, so that the clock alone tells their age. */
const purgeScript = `#!/bin/sh
# Deletes connection records of more than ${recordDays} days, and what openNDS wrote down since yesterday.
oldest=$(($(date +%s) / 86400 - ${recordDays}))
for record in "\${HOTSPOT_RECORDS:-/etc/hotspot/records}"/*; do
	name=\${record##*/}
	name=\${name%.gz}
	case $name in '' | *[!0-9]*) continue ;; esac
	if [ "$name" -lt "$oldest" ]; then rm -f "$record"; fi
done
rm -f /tmp/ndslog/*.log
`;

/** Source: openwrt, package/network/services/dnsmasq/files/dhcp-script.sh, which has add, remove and update for dnsmasq's add, del and old. */
const leaseRecord = `#!/bin/sh
# Called by OpenWrt at every lease. The name that a device gives itself is not kept.
case $ACTION in add | update | remove) ;; *) exit 0 ;; esac
records=\${HOTSPOT_RECORDS:-/etc/hotspot/records}
now=$(date +%s)
mkdir -p "$records" && chmod 700 "$records"
echo "$now $ACTION $MACADDR $IPADDR" >>"$records/$((now / 86400))"
`;

const afterReload = `#!/bin/sh
# Said by hotspot-update: nothing was changed, so nothing was reloaded.
[ -e /tmp/hotspot-unchanged ] && exit 0
# A reload puts radios back to full power and does not read the schedule again.
rm -f /tmp/hotspot-radio*
/etc/init.d/cron restart
# dnsmasq looks only when it starts whether anybody wants to know of leases.
/etc/init.d/dnsmasq restart
/etc/init.d/hotspot-radio enable
/usr/sbin/hotspot-radio
`;
