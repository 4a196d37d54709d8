/**
 * Doubles of the programs of OpenWrt that a point's scripts call, for BusyBox's shell in a root folder of its own. What
 * radios do stands in /state/radios/<radio>: `off`, or channel and hundredths of dBm. Written from openwrt (base-files,
 * wifi-scripts), netifd, iw's interface.c, uci's cli.c and usign's main.c.
 */
export const programs: Record<string, string> = {
  // `uci -q get <file>.<section>.<option>`: a list in one line.
  "sbin/uci": `while [ "$1" = -q ] || [ "$1" = get ]; do shift; done
file=\${1%%.*} rest=\${1#*.}
[ -e "/etc/config/$file" ] || exit 1
awk -v section="\${rest%%.*}" -v option="\${rest#*.}" -v q="'" '
	{ gsub(q, "", $3) }
	$1 == "config" { here = $3 == section; next }
	here && ($1 == "option" || $1 == "list") && $2 == option {
		value = $0; sub(/^[ \\t]*[a-z]+[ \\t]+[^ \\t]+[ \\t]+/, "", value); gsub(q, "", value)
		printf "%s%s", (found ? " " : ""), value; found = 1
	}
	END { if (found) print ""; else exit 1 }' "/etc/config/$file"`,
  // netifd sets up what the file says, at the power of the file; what is disabled there stays off.
  "sbin/wifi": `echo "wifi $*" >>/state/calls
case $1 in
up)
	if [ "$(uci -q get "wireless.$2.disabled")" = 1 ]; then echo off
	else echo "$(uci -q get "wireless.$2.channel") $(uci -q get "wireless.$2.txpower")00"; fi ;;
down) echo off ;;
esac >"/state/radios/$2"`,
  "usr/sbin/iw": `case $1 in
phy)
	radio=/state/radios/radio\${2#phy}
	read -r channel _ <"$radio"
	[ "$channel" = off ] || echo "$channel $6" >"$radio" ;;
dev)
	for radio in /state/radios/*; do
		echo "phy#\${radio#/state/radios/radio}"
		read -r channel power <"$radio"
		printf '\\tInterface pub%s\\n\\t\\tifindex 7\\n\\t\\ttype AP\\n' "\${radio#/state/radios/radio}"
		[ "$channel" = off ] && continue
		printf '\\t\\tchannel %s (2437 MHz), width: 20 MHz, center1: 2437 MHz\\n' "$channel"
		printf '\\t\\ttxpower %s.%02d dBm\\n' $((power / 100)) $((power % 100))
	done ;;
esac`,
  "usr/bin/iwinfo": `echo "phy\${3#radio}"`,
  "bin/ubus": "exit 0",
  // Every radio is set up at once here.
  "usr/bin/jsonfilter": 'echo "true false"',
  // What is told to the log stands in /state/log.
  "usr/bin/logger": "cat >>/state/log",
  // Debian builds BusyBox without `tar -T`, which OpenWrt's has: names as they stand, one a line, folders with all in them.
  "bin/tar": `[ "$3" = -T ] || exec /bin/busybox tar "$@"
archive=$2 names=$4
set --
while IFS= read -r name; do
	case $name in ?*/) name=\${name%/} ;; esac
	set -- "$@" "$name"
done <"$names"
exec /bin/busybox tar -zcf "$archive" "$@"`,
  // Source: openwrt, package/base-files/files/sbin/sysupgrade.
  "sbin/sysupgrade": `[ "$1" = -r ] && [ -f "$2" ] || { echo "Backup archive '$2' not found." && exit 1; }
exec tar -C / -xzf "$2"`,
  // Names what OpenWrt leaves without a name, for the kinds of the factory's files here.
  "usr/sbin/openwisp-uci-autoname": `# Stands for: #!/usr/bin/env lua
for each in system=system dhcp=dnsmasq1 firewall=defaults opennds=opennds1; do
	file=/etc/config/\${each%%=*}
	[ -f "$file" ] && sed -i "s/^config \\([^ ]*\\)$/config \\1 '\${each#*=}'/" "$file"
done`,
  "usr/bin/date": `read -r day now seconds </state/now
case $1 in +%u) echo "$day" ;; +%H%M) echo "$now" ;; +%s) echo "$seconds" ;; *) exit 1 ;; esac`,
  // What it is given as arguments and on its input, and whether its server is there.
  "usr/bin/curl":
    'echo "$*" >/state/asked && cat >/state/told.new && [ ! -e /state/offline ] && mv /state/told.new /state/told',
  // Source: openwrt/usign, main.c. Debian has the same in signify.
  "usr/bin/usign": `while [ $# -gt 0 ]; do
	case $1 in -m) message=$2 && shift ;; -x) signature=$2 && shift ;; -p) key=$2 && shift ;; esac
	shift
done
exec signify-openbsd -V -q -p "$key" -x "$signature" -m "$message"`,
  "etc/rc.common": `. "$1"
case $2 in enable) touch /state/enabled ;; start) start ;; esac`,
  "etc/init.d/cron": 'echo "cron $*" >>/state/calls',
  "etc/init.d/dnsmasq": 'echo "dnsmasq $*" >>/state/calls',
  "etc/init.d/openwisp-config": '[ "$1" = stop ] && touch /state/stopped',
  // Source: openwrt, package/base-files/files/sbin/hotplug-call.
  "sbin/hotplug-call": `for script in /etc/hotplug.d/"$1"/*; do (
	[ -f "$script" ] && . "$script"
); done`,
};

/** Folder of the programs before which the current may fail: they come first while an update is to be cut. */
export const cutFolder = "/usr/lib/cuts";

/**
 * Programs that change something. /state/cut-after has how many of them run before the current fails, or the name of the
 * one before which it does.
 */
export const cutPrograms: Record<string, string> = Object.fromEntries(
  ["mkdir", "tar", "mv", "cp", "rm", "chmod", "sync", "touch"].map((name) => [
    `${cutFolder.slice(1)}/${name}`,
    `read -r left </state/cut-after
if [ "$left" = 0 ] || [ "$left" = ${name} ]; then
	: >/state/cut
	kill -9 0
fi
case $left in [0-9]*) echo $((left - 1)) >/state/cut-after ;; esac
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec ${name} "$@"`,
  ]),
);
