__PATIENTLY__
reach() { patiently timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' reach "$1" "$2"; }
