# Takes memory until it is killed, again and again. $1: seconds.
end=$(($(date +%s) + $1)) n=0
while [ "$(date +%s)" -lt "$end" ]; do
  php -d memory_limit=-1 -r '$a = []; while (true) $a[] = str_repeat("x", 1 << 20);' > /dev/null 2>&1
  n=$((n + 1))
done
echo "killed $n times"
