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
# What the sentinel beside this server knew last; nothing at the first start. Where no member is at its address any more, all
# were made anew, with nothing, around the volume that the first one has: then it is nothing too.
remembered() { sed -n "s/^sentinel $1 main \([^ ]*\).*/\1/p" /data/sentinel/sentinel.conf 2> /dev/null || true; }
last_master() {
  said=$(remembered monitor)
  if [ ! -f /data/sentinel/members ]; then echo "$said"; fi
  if echo "$members" | grep -qxFf /data/sentinel/members 2> /dev/null; then
    awk -v said="$said" '$2 == said { print $1 }' /data/sentinel/members
  fi
}
# How many masters had been chosen when another sentinel heard of this one, and the master's address.
choice_of() {
  timeout 3 valkey-cli -h "$(address "$1")" -p __SENTINEL_PORT__ sentinel master main 2> /dev/null |
    awk 'NR % 2 { key = $0; next } { value[key] = $0 } END { print value["config-epoch"] + 0, value["ip"] }'
}
# The master that was chosen last, of those that the other sentinels and the own one know; else the first member. Whoever is back
# first after all were off may have been lost when another one was chosen, and has nothing of what came since.
master() {
  {
    for other in $names; do
      if [ "$other" = "$MEMBER" ]; then continue; fi
      said=$(choice_of "$other") || true
      echo "${said%% *} $(named "${said#* }")"
    done
    epoch=$(remembered config-epoch)
    echo "${epoch:-0} $(last_master)"
  } | awk '$2 != "" && (name == "" || $1 > epoch) { epoch = $1; name = $2 } END { print name == "" ? "__FIRST__" : name }'
}
