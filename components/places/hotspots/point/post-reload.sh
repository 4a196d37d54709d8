#!/bin/sh
# Said by hotspot-update: nothing was changed, so nothing was reloaded.
[ -e /tmp/hotspot-unchanged ] && exit 0
# A reload puts radios back to full power and does not read the schedule again.
rm -f /tmp/hotspot-radio*
/etc/init.d/cron restart
# dnsmasq looks only when it starts whether anybody wants to know of leases.
/etc/init.d/dnsmasq restart
/etc/init.d/hotspot-radio enable
/usr/sbin/hotspot-radio
