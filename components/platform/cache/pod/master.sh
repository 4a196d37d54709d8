password=$(cat /etc/valkey/password)
export REDISCLI_AUTH=$password VALKEYCLI_AUTH=$password
names="__MEMBERS__"
# Name and address of each member. Names are asked for here alone: a sentinel waits for a name server that is silent, and
# chooses nobody meanwhile.
address_of() { getent hosts "$1" | awk 'NR == 1 { print $1 }'; }
members=$(
  for name in $names; do
    until address=$(address_of "$name") && [ -n "$address" ]; do
      echo "The name server does not know $name; asking again in a second." >&2
      sleep 1
    done
    echo "$name $address"
  done
)
address() { echo "$members" | awk -v name="$1" '$1 == name { print $2 }'; }
# The name of a member that is told by its address, or by its name, as a sentinel of a former version does.
named() { echo "$members" | awk -v said="$1" '$1 == said || $2 == said { print $1 }'; }
# The master that the sentinel beside this server knew last; nothing at the first start.
last_master() {
  said=$(sed -n 's/^sentinel monitor main \([^ ]*\) .*/\1/p' /data/sentinel/sentinel.conf 2> /dev/null) || true
  if [ ! -f /data/sentinel/members ]; then echo "$said"; fi
  awk -v said="$said" '$2 == said { print $1 }' /data/sentinel/members 2> /dev/null || true
}
# The master as another sentinel knows it, else as the own one knew it, else the first member.
master() {
  for other in $names; do
    if [ "$other" = "$MEMBER" ]; then continue; fi
    said=$(timeout 3 valkey-cli -h "$(address "$other")" -p __SENTINEL_PORT__ sentinel get-master-addr-by-name main 2> /dev/null | head -n 1) || true
    known=$(named "${said:-none}")
    if [ -n "$known" ]; then
      echo "$known"
      return
    fi
  done
  said=$(last_master)
  echo "${said:-__FIRST__}"
}
