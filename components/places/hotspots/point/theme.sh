#!/bin/sh
# The page of the public Wi-Fi, shown by openNDS.
title="hotspot"

header() {
__HEAD__
}

footer() {
	echo "</main></body></html>"
	exit 0
}

generate_splash_sequence() {
__FORMS__
	footer
}

continue_form() {
	echo "<form action=\"/opennds_preauth/\" method=\"get\"><input type=\"hidden\" name=\"fas\" value=\"$fas\"><input type=\"hidden\" name=\"landing\" value=\"yes\"><button>$1</button></form>"
}

landing_page() {
	configure_log_location
	. "$mountpoint/ndscids/ndsinfo"
	auth_log
	if [ "$ndsstatus" = "authenticated" ]; then
__DONE__
	else
__FAILED__
	fi
	footer
}

# openNDS would write the browser's name beside the addresses.
write_log() {
	:
}

session_length="0"
upload_rate="0"
download_rate="0"
upload_quota="0"
download_quota="0"
quotas="$session_length $upload_rate $download_rate $upload_quota $download_quota"
userinfo="$title"
