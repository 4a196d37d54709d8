#!/bin/sh
# Brings each radio to the level that /etc/config/hotspot has for this minute: to the least of the week until the time
# is known, as routers have no clock that survives a power cut; never above /etc/config/wireless; off where nothing is
# said. Every minute, so that a point that was without power finds its level again.
clock=${HOTSPOT_STATE:-/tmp}/hotspot-clock
# Below any power, dBm.
off=-99

# Whether netifd has set the radio up, after 20 seconds at most: until then it would undo a power that is set.
ready() {
	tries=0
	until [ "$(ubus call network.wireless status | jsonfilter -e "@.$1.up" -e "@.$1.pending" | xargs)" = "true false" ]; do
		tries=$((tries + 1))
		[ "$tries" -le 20 ] || return 1
		sleep 1
	done
}

# Whole dBm; iw takes hundredths.
power() { iw phy "$(iwinfo nl80211 phyname "$1")" set txpower fixed "${2}00"; }

# The level of one radio now, at most $2. A period is days,from,to,radio,level.
level() {
	[ "$(uci -q get "wireless.$1.disabled")" = 1 ] && echo "$off" && return
	least=
	for period in $(uci -q get hotspot.schedule.period); do
		days=${period%%,*} rest=${period#*,}
		from=${rest%%,*} rest=${rest#*,}
		to=${rest%%,*} rest=${rest#*,}
		[ "${rest%%,*}" = "$1" ] || continue
		if [ -e "$clock" ]; then
			case $days in *$day*) ;; *) continue ;; esac
			if [ "$now" -lt "$from" ] || [ "$now" -ge "$to" ]; then continue; fi
		fi
		told=${rest#*,}
		[ "$told" = off ] && told=$off
		if [ -z "$least" ] || [ "$told" -lt "$least" ]; then least=$told; fi
	done
	[ "${least:=$off}" -le "$2" ] || least=$2
	echo "$least"
}

day=$(date +%u) now=$(date +%H%M)
for radio in radio0 radio1; do
	full=$(uci -q get "wireless.$radio.txpower") || full=$off
	level=$(level "$radio" "$full")
	state=${HOTSPOT_STATE:-/tmp}/hotspot-$radio
	# Nothing is known of it after a start or a reload.
	before=$(cat "$state" 2>/dev/null) || before=
	[ "$level" = "$before" ] && continue
	case $level,$before in
	"$off",*) wifi down "$radio" ;;
	# netifd itself gives a radio that it sets up its full power.
	"$full,$off") wifi up "$radio" ;;
	*,"$off" | *,) wifi up "$radio" && ready "$radio" && power "$radio" "$level" ;;
	*) power "$radio" "$level" ;;
	esac || continue
	echo "$level" >"$state"
done
