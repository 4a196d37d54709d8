patiently() {
  local since='' told='' failed why awaited now
  while :; do
    failed=0
    { why=$("$@" 2>&1 >&3 3>&-) || failed=$?; } 3>&1
    if [ "$failed" = 0 ]; then
      [ -z "$why" ] || printf '%s\n' "$why" >&2
      return 0
    fi
    case $why in
      *"could not translate host name"* | *"ame or service not known"* | *"name resolution"* | *"getaddrinfo"* | *"Unknown server host"* | *"no such host"*)
        awaited='its name' ;;
      *"onnection refused"* | *"timed out"* | *"timeout expired"* | *"imeout was reached"* | *"No route to host"* | *"etwork is unreachable"* | *"Can't connect to"* | *"Can't contact LDAP server"*)
        awaited='a way to it' ;;
      *"the database system is"* | *"reading initial communication packet"*)
        awaited='the server' ;;
      *)
        if [ "$failed" = 124 ]; then awaited='a way to it'; else awaited=''; fi ;;
    esac
    now=$(date +%s)
    [ -n "$since" ] || since=$now
    if [ -z "$awaited" ]; then
      [ -z "$why" ] || printf '%s\n' "$why" >&2
      return "$failed"
    fi
    if [ $((now - since)) -ge 120 ]; then
      echo "gave up after $((now - since)) s without $awaited: $why" >&2
      return "$failed"
    fi
    [ "$told" = "$awaited" ] || echo "waiting for $awaited: $why" >&2
    told=$awaited
    sleep 1
  done
}
