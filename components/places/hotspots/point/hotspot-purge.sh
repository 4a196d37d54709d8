#!/bin/sh
# Deletes connection records of more than __RECORD_DAYS__ days, and what openNDS wrote down since yesterday.
oldest=$(($(date +%s) / 86400 - __RECORD_DAYS__))
for record in "${HOTSPOT_RECORDS:-/etc/hotspot/records}"/*; do
	name=${record##*/}
	name=${name%.gz}
	case $name in '' | *[!0-9]*) continue ;; esac
	if [ "$name" -lt "$oldest" ]; then rm -f "$record"; fi
done
rm -f /tmp/ndslog/*.log
