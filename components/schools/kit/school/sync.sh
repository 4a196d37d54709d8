#!/bin/sh
set -eu
# Lists are sorted and compared in one order, whatever the machine speaks.
export LC_ALL=C
cd __STATE__
base=$(cat __KIT__/address)
limit=$(cat __KIT__/bandwidth)
tab=$(printf '\t')
umask 022
mkdir -p lists incoming library
exec 9> lock
flock -n 9 || exit 0

# Where a file of a shelf stands in OpenBoard's library: <category>/<shelf>/<rest>.
place() {
  category=${2%%/*}
  [ "$category" != shapes ] || category=shape
  echo "library/$category/$1/${2#*/}"
}

# Whether a file has arrived whole: part of one may stand there too.
arrived() {
  [ -f "incoming/$1" ] && [ ! -f "incoming/$1.aria2" ] && echo "$1  incoming/$1" | sha256sum --check --status
}

# Lines of one sorted list that the other lacks.
lacking() { comm -23 "$1" "$2"; }

# Removes a file, and the folders that it leaves empty, but not the category's, which OpenBoard's settings name.
withdraw() {
  rm -f "$1"
  below=${1#library/*/}
  (cd "${1%"/$below"}" && rmdir --parents --ignore-fail-on-non-empty "${below%/*}") 2> /dev/null || true
}

# A shelf that is no longer declared, or has another name now, leaves its place. Its bytes stay at hand: a renamed shelf takes them again.
for named in lists/*.name; do
  [ -f "$named" ] || continue
  list=${named%.name}
  name=$(cat "$named")
  ! grep -q -x -F "${list#lists/}$tab$name" __KIT__/shelves || continue
  # What an interrupted run has put there is in the list alone.
  cat "$list.done" "$list" | while read -r sum path; do
    case /$path/ in */../*) continue ;; esac
    file=$(place "$name" "$path")
    [ -f "$file" ] || continue
    [ -f "incoming/$sum" ] || ln "$file" "incoming/$sum"
    withdraw "$file"
  done
  rm -f "$list" "$list".*
done

: > wanted
while IFS=$tab read -r id name <&3; do
  list=lists/$id
  touch "$list.done"
  : > "$list.new"
  # 304 is the list that is there; a list without a line is the one of an emptied shelf.
  if code=$(curl --fail --silent --show-error --max-time 120 --etag-compare "$list.etag" --etag-save "$list.etag.new" \
    --write-out '%{http_code}' --output "$list.new" "$base/library/$id/SHA256SUMS"); then
    if [ "$code" = 200 ]; then
      sort "$list.new" > "$list"
      mv "$list.etag.new" "$list.etag"
    fi
  else
    echo "$name: the list cannot be had now; tried again later" >&2
  fi
  rm -f "$list.new" "$list.etag.new"
  [ -f "$list" ] || continue
  lacking "$list" "$list.done" | cut -c 1-64 >> wanted
done 3< __KIT__/shelves

# One input of aria2 per file: it checks the sum, and goes on with what is there.
sort -u wanted | while read -r sum; do
  printf '%s/objects/%s\n  out=%s\n  checksum=sha-256=%s\n' "$base" "$sum" "$sum" "$sum"
done > inputs
failed=0
if [ -s inputs ]; then
  aria2c --no-conf --quiet --dir=incoming --input-file=inputs --continue=true --check-integrity=true \
    --auto-file-renaming=false --allow-overwrite=true --max-concurrent-downloads=2 --max-connection-per-server=1 \
    --max-overall-download-limit="${limit}K" --max-tries=5 --retry-wait=10 --file-allocation=none \
    --auto-save-interval=5 --user-agent=commune-school || failed=$?
fi

while IFS=$tab read -r id name <&3; do
  list=lists/$id
  [ -f "$list" ] || continue
  echo "$name" > "$list.name"
  # Of what is there, what is still published.
  comm -12 "$list" "$list.done" > "$list.kept"
  lacking "$list" "$list.done" > "$list.missing"
  while read -r sum path; do
    case /$path/ in */../*) continue ;; esac
    arrived "$sum" || continue
    file=$(place "$name" "$path")
    mkdir -p "${file%/*}"
    ln -f "incoming/$sum" "$file.part"
    mv -f "$file.part" "$file"
    echo "$sum  $path" >> "$list.kept"
  done < "$list.missing"
  cut -c 67- "$list" | sort > "$list.paths"
  cut -c 67- "$list.done" | sort > "$list.before"
  comm -13 "$list.paths" "$list.before" | while read -r path; do
    withdraw "$(place "$name" "$path")"
  done
  sort "$list.kept" > "$list.done"
  rm -f "$list.kept" "$list.missing" "$list.paths" "$list.before"
done 3< __KIT__/shelves

# What stands in its place, and parts of files that nobody wants any more.
for file in incoming/*; do
  [ -f "$file" ] || continue
  sum=${file#incoming/}
  sum=${sum%.aria2}
  if [ "$failed" != 0 ] && grep -q -x "$sum" wanted && ! cut -c 1-64 lists/*.done | grep -q -x "$sum"; then continue; fi
  rm -f "$file"
done
[ "$failed" = 0 ] || echo "some files have not arrived (aria2: $failed); the next run goes on with them" >&2
exit "$failed"
