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
    script("/usr/sbin/hotspot-radio", radioScript),
    script("/etc/init.d/hotspot-radio", startScript),
    script("/etc/hotplug.d/ntp/50-hotspot", clockScript),
    script("/usr/sbin/hotspot-purge", purgeScript),
    ...(connectionRecords === "none" ? [] : [script(leaseScript, leaseRecord)]),
    {
      path: "/etc/crontabs/root",
      mode: "0600",
      contents: "* * * * * /usr/sbin/hotspot-radio\n17 4 * * * /usr/sbin/hotspot-purge\n",
    },
    script("/etc/openwisp/post-reload-hook", afterReload),
  ];
}

function script(path: string, contents: string): DeviceFile {
  return { path, mode: "0755", contents };
}

/**
 * Every minute, so that a point that was without power finds its level again. Whole dBm; `iw` takes hundredths. Routers
 * have no clock that survives a power cut: until the time is known, a radio that has hours stays off.
 */
const radioScript = `#!/bin/sh
# Brings each radio to the level that /etc/config/hotspot has for this minute.
clock=\${HOTSPOT_STATE:-/tmp}/hotspot-clock

# Whether netifd has set the radio up, after 20 seconds at most: until then it would undo a power that is set.
ready() {
	tries=0
	until [ "$(ubus call network.wireless status | jsonfilter -e "@.$1.up" -e "@.$1.pending" | xargs)" = "true false" ]; do
		tries=$((tries + 1))
		[ "$tries" -le 20 ] || return 1
		sleep 1
	done
}

power() { iw phy "$(iwinfo nl80211 phyname "$1")" set txpower fixed "\${2}00"; }

day=$(date +%u) now=$(date +%H%M)
for radio in $(uci -q get hotspot.schedule.radio); do
	level=full
	for period in $(uci -q get hotspot.schedule.period); do
		days=\${period%%,*} rest=\${period#*,}
		from=\${rest%%,*} rest=\${rest#*,}
		to=\${rest%%,*} rest=\${rest#*,}
		[ "\${rest%%,*}" = "$radio" ] || continue
		if [ ! -e "$clock" ] && [ "\${rest#*,}" = off ]; then level=off && break; fi
		case $days in *$day*) ;; *) continue ;; esac
		if [ "$now" -ge "$from" ] && [ "$now" -lt "$to" ]; then level=\${rest#*,}; fi
	done
	state=\${HOTSPOT_STATE:-/tmp}/hotspot-$radio
	# Nothing is known of it after a start or a reload.
	before=$(cat "$state" 2>/dev/null) || before=
	[ "$level" = "$before" ] && continue
	dBm=$level
	[ "$level" = full ] && dBm=$(uci -q get "wireless.$radio.txpower")
	case $level,$before in
	off,*) wifi down "$radio" ;;
	# netifd itself gives a radio that it sets up its full power.
	full,off) wifi up "$radio" ;;
	*,off | *,) wifi up "$radio" && ready "$radio" && power "$radio" "$dBm" ;;
	*) power "$radio" "$dBm" ;;
	esac || continue
	echo "$level" >"$state"
done
`;

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
# A reload puts radios back to full power and does not read the schedule again.
rm -f /tmp/hotspot-radio*
/etc/init.d/cron restart
# dnsmasq looks only when it starts whether anybody wants to know of leases.
/etc/init.d/dnsmasq restart
/etc/init.d/hotspot-radio enable
/usr/sbin/hotspot-radio
`;
