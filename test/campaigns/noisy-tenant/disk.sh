# Writes to its volume as fast as it can: up to twice the claim, and no more, since this machine's disk is others' too.
# $1: seconds, $2: folder of the volume.
end=$(($(date +%s) + $1)) n=0 most=0
trap 'rm -f "$2"/noise-*' EXIT
while left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
  timeout "$left" dd if=/dev/zero of="$2/noise-$((n % 16))" bs=1M count=128 conv=fsync 2> /tmp/said || break
  n=$((n + 1)) size=$(du -sm "$2" | cut -f 1)
  if [ "$size" -gt "$most" ]; then most=$size; fi
done
echo "$((n * 128)) MiB written, at most $most MiB at once in a claim of 1 GiB"
