# Sourced by OpenWrt's hotplug-call at every event of openwisp-config: when it starts, and after each of its questions.
# Puts hotspot-update in the place of two of the agent's own programs, also after an upgrade has put these back. An agent
# whose updates nothing would verify is stopped.

case $ACTION in
# A new firmware has none of the scripts, and the agent knows what it fetched before: so that it fetches it again.
bootup | restart) [ -x /usr/sbin/hotspot-radio ] || rm -f /etc/openwisp/checksum /tmp/openwisp/checksum ;;
# The configuration stays, and all of it is there.
config-applied) sync && rm -f /etc/hotspot/changing ;;
esac

# Puts it in the place of one program.
hotspot_place() {
	cmp -s /usr/sbin/hotspot-update "$1" && return
	# The agent's own is in Lua; what else may stand there was put there to verify, and is not it.
	verifies=yes
	if head -n 3 "$1" | grep -q 'env lua'; then
		cp -p "$1" "$1.upstream.new" && mv "$1.upstream.new" "$1.upstream" || return
		verifies=
	fi
	# A power cut left half of it: what stands there verifies, and the agent brings the rest.
	if [ "$(tail -n 1 /usr/sbin/hotspot-update)" != exit ]; then
		[ "$verifies" ]
		return
	fi
	[ -x "$1.upstream" ] && cp /usr/sbin/hotspot-update "$1.new" && chmod 755 "$1.new" && mv "$1.new" "$1"
}

{ [ -s /etc/hotspots.pub ] || [ -s /etc/hotspot/hotspots.pub ]; } &&
	hotspot_place /usr/sbin/openwisp-update-config && hotspot_place /usr/sbin/openwisp-uci-autoname || {
	echo "hotspot-update cannot be installed: the agent is stopped" | logger -t openwisp -p daemon.crit
	/etc/init.d/openwisp-config stop
}
