# Sympa's four programs; when one ends, all do, and start again. Of what they say, errors alone are told, without addresses.
rm -rf /run/sympa
# It wants to own this folder, which the mount of a volume it does not.
mkdir /run/sympa
errors() {
  sed -u -n -E '/^err |DIED/{s/[^[:space:]<>;=(]+@[^[:space:]<>;=)]+/(address)/g;p}' >&2
}
trap 'kill -TERM $(jobs -p) 2> /dev/null; wait; exit 0' TERM
for program in sympa_msg bulk task_manager bounced; do
  "/usr/lib/sympa/bin/$program.pl" --foreground > /dev/null 2> >(errors) &
done
wait -n || true
sleep 1
exit 1
