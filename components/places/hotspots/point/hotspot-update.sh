#!/bin/sh
# hotspot-update: what openwisp-config runs, in the place of two of its own programs, to put a configuration into effect.
# It lets through what the commune signed for this point, and nothing of before. Anything else it refuses: it says why,
# which the agent reports, and leaves the point as it was. Nothing of an archive is unpacked under its own name, and no
# name of an archive is read by a shell, before the signature says that it is the commune's.
# Called as: openwisp-uci-autoname, right before the agent lists an archive and saves the files of these names: what would
# be refused is emptied, so that it does neither.
# Called as: openwisp-update-config --conf=<archive> --merge=<0 or 1>

export LC_ALL=C
archive=/tmp/openwisp/configuration.tar.gz
key=/etc/hotspots.pub
# The agent writes the key again with every configuration: a power cut in that moment leaves it empty.
kept_key=/etc/hotspot/hotspots.pub
# Serial, device and digest of the newest manifest that was let through: it survives restarts, and no archive has it.
newest=/etc/hotspot/serial
# There from the first change until the agent says that the configuration stays (install-update.sh).
changing=/etc/hotspot/changing
# What the agent unpacked of the last archive that was let through.
remote=/etc/openwisp/remote
# Tells the post-reload-hook that nothing was changed.
unchanged=/tmp/hotspot-unchanged
# Bytes. Archives of ours have some ten thousand, packed.
largest_archive=262144
largest_unpacked=1048576

refuse() {
	echo "hotspot-update: refused: $1"
	touch "$unchanged"
	exit 1
}

# The contents of one member: links, devices and folders have none, and members of the same name come one after the other.
member() { tar -xOf "$work/archive.tar" "$1" 2>/dev/null; }

digest() { sha256sum <"$1" 2>/dev/null | cut -c1-64; }

# Bytes of a file.
size() { wc -c <"$1"; }

begin() {
	# The agent puts back what it saved after a refusal, too: by the names of an archive that nobody had verified, and `..`
	# in a name saves the factory's files under the names of ours.
	backup=${archive%/*}/backup.tar.gz
	rm -f "$backup" "$unchanged"
	work=$(umask 077 && mktemp -d) || refuse "there is no room"
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
}

verify() {
	command -v usign >/dev/null || refuse "usign is not installed"
	[ -s "$key" ] || key=$kept_key
	[ -s "$key" ] || refuse "/etc/hotspots.pub is not there"
	[ -s "$archive" ] || refuse "nothing is in it"
	[ "$(size "$archive")" -le "$largest_archive" ] || refuse "the archive has more than $largest_archive bytes"
	# Once and for all that follows: an archive may be a thousand times as large unpacked.
	gunzip -c <"$archive" 2>/dev/null | head -c "$((largest_unpacked + 1))" >"$work/archive.tar"
	[ "$(size "$work/archive.tar")" -le "$largest_unpacked" ] ||
		refuse "the archive has more than $largest_unpacked bytes unpacked"
	member etc/hotspot/manifest >"$work/manifest"
	member etc/hotspot/signature >"$work/signature"
	usign -V -q -m "$work/manifest" -x "$work/signature" -p "$key" >/dev/null 2>&1 ||
		refuse "it is not signed by the commune"
	# The commune's words from here on; they are looked at all the same.
	{ read -r form && read -r device && read -r serial; } <"$work/manifest"
	[ "$form" = "hotspot configuration 1" ] || refuse "its manifest is of another form"
	device=${device#device } serial=${serial#serial }
	case $serial in '' | *[!0-9]*) refuse "its serial is no number" ;; esac
	case $device in "$(uci -q get openwisp.http.uuid)" | any) ;; *) refuse "it is for another point" ;; esac
	newer
	sed '1,3d' "$work/manifest" >"$work/members"
	sed 's/^[^ ]* [^ ]* //' "$work/members" >"$work/paths"
	{ cat "$work/paths" && printf 'etc/hotspot/manifest\netc/hotspot/signature\n'; } | sort >"$work/signed"
	tar -tf "$work/archive.tar" 2>/dev/null | sort >"$work/found"
	cmp -s "$work/signed" "$work/found" || refuse "it has other files than were signed"
}

# Refuses a configuration of before, and one of another content under the serial of the newest.
newer() {
	digest=$(digest "$work/manifest")
	[ -e "$newest" ] || return 0
	read -r last last_device last_digest <"$newest"
	case $last in '' | *[!0-9]*) refuse "$newest is damaged: remove it by hand" ;; esac
	[ "$serial" -ge "$last" ] || refuse "its serial $serial is of before: the point had $last"
	if [ "$serial" -eq "$last" ] && [ "$device" = "$last_device" ] && [ "$digest" != "$last_digest" ]; then
		refuse "its serial $serial is that of another configuration"
	fi
}

# Lays out the signed files, each compared with what was signed, and packs them anew.
repack() {
	while read -r mode sum path; do
		case $path in '' | /* | */ | *//* | *[!A-Za-z0-9._/-]*) refuse "a path is not plain" ;; esac
		case /$path/ in */./* | */../*) refuse "a path is not plain" ;; esac
		case $mode in [0-7][0-7][0-7][0-7]) ;; *) refuse "a mode is no number" ;; esac
		mkdir -p "$work/files/${path%/*}"
		member "$path" >"$work/files/$path"
		[ "$(digest "$work/files/$path")" = "$sum" ] || refuse "$path is not what was signed"
		chmod "$mode" "$work/files/$path"
	done <"$work/members"
	tar -czf "$work/verified.tar.gz" -C "$work/files" . || refuse "there is no room"
}

# The files that the agent unpacked last, one a line, as ./<path>.
unpacked() { (cd "$remote" 2>/dev/null && find . -type f); }

# Whether the point has these very files already, and all of them in effect: then only the serial is another.
in_effect() {
	[ ! -e "$changing" ] || return 1
	unpacked | sort >"$work/unpacked"
	sed 's,^,./,' "$work/paths" | sort | cmp -s - "$work/unpacked" || return 1
	while read -r mode sum path; do
		[ "$(digest "$remote/$path")" = "$sum" ] && [ -e "/$path" ] || return 1
		# UCI files are merged with the owner's.
		case $path in etc/config/*) continue ;; esac
		[ "$(digest "/$path")" = "$sum" ] && [ "$(find "/$path" -perm "$mode")" ] || return 1
	done <"$work/members"
}

# Saves anew what the agent puts back when the server cannot be reached afterwards: by names that were signed.
save() {
	{ sed 's,^,./,' "$work/paths" && unpacked | grep -v '[^A-Za-z0-9._/-]'; } | sort -u |
		while read -r path; do if [ -f "/$path" ]; then echo "$path"; fi; done >"$work/saved"
	[ -s "$work/saved" ] || return 0
	# shellcheck disable=SC2046 # Every name is plain.
	tar -czf "$backup" -C / $(cat "$work/saved") || refuse "there is no room"
}

# Writes down the serial: once it is there, nothing of before gets in, whenever the current fails.
raise() {
	[ "$(cat "$newest" 2>/dev/null)" = "$serial $device $digest" ] && return
	if ! { echo "$serial $device $digest" >"$newest.new" && sync && mv "$newest.new" "$newest" && sync; }; then
		refuse "its serial cannot be written down"
	fi
}

update() {
	merge=1
	for option; do
		case $option in
		--conf=*) archive=${option#--conf=} ;;
		--merge=*) merge=${option#--merge=} ;;
		esac
	done
	begin
	verify
	repack
	mkdir -p "${newest%/*}"
	if in_effect; then
		raise
		touch "$unchanged"
		exit 0
	fi
	save

	# From here on the point changes.
	cp "$key" "$kept_key.new" && mv "$kept_key.new" "$kept_key" && : >"$changing" && sync || refuse "there is no room"
	raise
	while read -r path; do
		# The agent takes what it finds at the second update for the owner's own, and brings it back later.
		case $path in etc/config/*) [ -e "/$path" ] || : >"/$path" ;; esac
	done <"$work/paths"
	"$0.upstream" --conf="$work/verified.tar.gz" --merge="$merge" || exit
	# It leaves a file that was there the mode that it had.
	while read -r mode _ path; do
		case $path in etc/config/*) ;; *) chmod "$mode" "/$path" ;; esac
	done <"$work/members"
}

case $0 in
*/openwisp-uci-autoname)
	# Also where it could not come to an end. What the agent's own says is taken for names: ours goes to the log.
	said=$(begin && verify 2>&1) || { : >"$archive" && echo "$said" | logger -t openwisp -p daemon.crit; }
	exec "$0.upstream" "$@"
	;;
esac
update "$@"
exit
