# The server's list of files is at the end of the archive.
list=$1
shift
rm -f "$list" "$list.pipe"
mkfifo "$list.pipe"
tar --extract --to-stdout backup_manifest < "$list.pipe" > "$list" &
pg_basebackup "$@" | tee "$list.pipe"
wait "$!"
rm "$list.pipe"
