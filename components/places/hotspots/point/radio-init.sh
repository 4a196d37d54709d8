#!/bin/sh /etc/rc.common
# Right after the network (20): radios that have hours are off until the time is known.
START=21

start() {
	ubus -t 30 wait_for network.wireless
	hotspot-radio
}
