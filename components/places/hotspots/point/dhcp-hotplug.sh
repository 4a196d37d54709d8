#!/bin/sh
# Called by OpenWrt at every lease. The name that a device gives itself is not kept.
case $ACTION in add | update | remove) ;; *) exit 0 ;; esac
records=${HOTSPOT_RECORDS:-/etc/hotspot/records}
now=$(date +%s)
mkdir -p "$records" && chmod 700 "$records"
echo "$now $ACTION $MACADDR $IPADDR" >>"$records/$((now / 86400))"
