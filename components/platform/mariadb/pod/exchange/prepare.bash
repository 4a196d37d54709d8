__REFUSE_OTHERS__
if [ $state = exchanged ]; then echo "__IN_USE_ALREADY__"; exit; fi
left=$(root <<< "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$former'")
[ $left = 0 ] || fail "$former has tables, and nothing was exchanged: look at it first"
needed=$(root <<< "SELECT COALESCE(ROUND(SUM(data_length + index_length) * 1.2), 0) FROM information_schema.tables WHERE table_schema = '$own'")
room=$(df --block-size=1 --output=avail /var/lib/mysql | tail -n 1)
[ "$room" -ge "$needed" ] || fail "the volume of the server has $((room / 1048576)) MiB left, and another database beside $own takes about $((needed / 1048576)) MiB: declare more storage first"
: "${password:?}"
root << SQL
DROP DATABASE IF EXISTS $coming;
DROP DATABASE IF EXISTS $former;
CREATE DATABASE $coming;
CREATE OR REPLACE USER '$coming'@'__FROM__' IDENTIFIED BY '$password';
GRANT __GIVEN_RIGHTS__ ON \`${coming//_/\\_}\`.* TO '$coming'@'__FROM__';
SQL
