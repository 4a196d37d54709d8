__SERVER__

if [ -e "__MARKS__/$NAME.undone" ]; then
  echo "The restore $NAME was undone. To go back again, name another time."
  exit 0
fi
if [ -e "__MARKS__/$NAME" ]; then
  echo "The server was restored to $NAME already."
  exit 0
fi
[ -e "__MARKS__/$NAME.ready" ] || fail "Nothing was restored to $NAME. Nothing was changed."
if [ -e pgdata ] && [ -e __BESIDE__ ]; then mv pgdata "pgdata-before-$NAME"; fi
if ! [ -e pgdata ]; then mv __BESIDE__ pgdata; fi
# It has the passwords of its moment: they are told anew.
rm -f superuser-password
mv "__MARKS__/$NAME.ready" "__MARKS__/$NAME"
sync
echo "The server is as it was at $NAME. What it was before is kept as pgdata-before-$NAME."
