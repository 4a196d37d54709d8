__RELEASE__
password=$(head -c 24 /dev/urandom | base64)
__PREPARE__
exec {sum}> >(sha256sum >&2)
tee /dev/fd/$sum | MYSQL_PWD=$password __CLIENT__ --sandbox --user=__COMING__ __COMING__
exec {sum}>&-
wait $!
tables=$(root <<< "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$coming'")
[ "$tables" != 0 ] || fail "the dump has no table"
