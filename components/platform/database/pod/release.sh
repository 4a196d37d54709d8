cd "$(dirname "$PGDATA")"
rm -f "__DUMPS__/$1-$2.dump" "__DUMPS__/$1-$2.counts"
