#!/bin/sh
set -eu
cd __SHARED_FOLDER__
mkdir -p objects incoming releases
exec 9> lock
flock -n 9 || { echo 'somebody else is publishing: wait until they are done' >&2; exit 1; }

# Takes over what has arrived whole, whoever sent it.
adopt() {
  for file in incoming/*; do
    [ -f "$file" ] || continue
    sum=$(sha256sum < "$file")
    if [ "${sum%% *}" = "${file#incoming/}" ]; then mv "$file" objects/; else rm "$file"; fi
  done
}

# Forgets files that no publication has.
sweep() { find objects -type f -links 1 -delete; }

case $1 in
  # Reads checksums, prints those that are not here.
  missing)
    adopt
    while read -r sum; do [ -f "objects/$sum" ] || echo "$sum"; done
    ;;
  # Reads a tar archive of files that are named by their checksum.
  take)
    tar -x -f - -C incoming --no-same-owner --no-same-permissions
    adopt
    ;;
  # Reads "checksum path" lines and shows them to the public, all at once.
  release)
    rm -rf "releases/$2.part"
    mkdir "releases/$2.part"
    while read -r sum path; do
      case /$path/ in */../* | *//*) echo "$path leads out of the publication" >&2; exit 1 ;; esac
      folder=releases/$2.part/${path%/*}
      [ "$path" != "${path%/*}" ] || folder=releases/$2.part
      [ -d "$folder" ] || mkdir -p "$folder"
      ln "objects/$sum" "releases/$2.part/$path"
    done
    rm -rf "releases/$2"
    mv "releases/$2.part" "releases/$2"
    touch history
    grep -v -x "$2" history > history.part || true
    echo "$2" >> history.part
    tail -n __KEPT__ history.part > history
    ln -s -f -n "releases/$2" current.part
    mv -T current.part current
    for release in releases/*; do
      grep -q -x "${release#releases/}" history || rm -rf "$release"
    done
    sweep
    ;;
  # Shows the publication of before.
  back)
    [ "$(wc -l < history)" -gt 1 ] || { echo 'there is no earlier publication to go back to' >&2; exit 1; }
    last=$(tail -n 1 history)
    sed -i '$d' history
    ln -s -f -n "releases/$(tail -n 1 history)" current.part
    mv -T current.part current
    rm -rf "releases/$last"
    sweep
    tail -n 1 history
    ;;
  # Prints the publications, the current one last.
  list) cat history 2> /dev/null || true ;;
  *) echo "unknown: $1" >&2; exit 2 ;;
esac
