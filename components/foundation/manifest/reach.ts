/**
 * For sh: runs a command, and again for two minutes at most while it fails by what passes by itself. A pod may come before
 * its name server, its network policy and the server that it asks, and what was open may close once more while policies
 * reach its node: so it is what connects that is repeated, and not a look at the port before it. Whatever else fails, fails at
 * once. The command must not have begun anything before it is connected; its input is not read before either.
 *
 * Says what is waited for each time that it is something else, and at the end why it was given up.
 */
export const patiently = `patiently() {
  local since='' told='' failed why awaited now
  while :; do
    failed=0
    { why=$("$@" 2>&1 >&3 3>&-) || failed=$?; } 3>&1
    if [ "$failed" = 0 ]; then
      [ -z "$why" ] || printf '%s\\n' "$why" >&2
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
      [ -z "$why" ] || printf '%s\\n' "$why" >&2
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
}`;

/**
 * For bash: waits so until a port of a host is open, before a program that does not wait itself. Ends with an error when it
 * is not: what would run after it would only say the same in other words.
 */
export const reach = `${patiently}
reach() { patiently timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' reach "$1" "$2"; }`;
