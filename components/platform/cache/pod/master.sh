password=$(cat /etc/valkey/password)
members="__MEMBERS__"
export REDISCLI_AUTH=$password VALKEYCLI_AUTH=$password
# The master that the sentinel beside this server knew last; nothing at the first start.
last_master() { sed -n 's/^sentinel monitor main \([^ ]*\) .*/\1/p' /data/sentinel/sentinel.conf 2> /dev/null || true; }
# The master as another sentinel knows it, else as the own one knew it, else the first member.
master() {
  for other in $members; do
    if [ "$other" = "$MEMBER" ]; then continue; fi
    said=$(timeout 3 valkey-cli -h "$other" -p __SENTINEL_PORT__ sentinel get-master-addr-by-name main 2> /dev/null | head -n 1) || true
    case " $members " in
      *" ${said:-none} "*)
        echo "$said"
        return
        ;;
    esac
  done
  said=$(last_master)
  echo "${said:-__FIRST__}"
}
