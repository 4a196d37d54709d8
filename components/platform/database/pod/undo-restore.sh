__SERVER__

if [ -e "__MARKS__/$NAME.undone" ] || ! [ -e "__MARKS__/$NAME" ]; then
  echo "There is no restore $NAME to be undone."
  exit 0
fi
before=pgdata-before-$NAME
if [ -e "$before" ]; then
  if [ -e pgdata ]; then mv pgdata "pgdata-after-$NAME"; fi
  mv "$before" pgdata
fi
rm -f superuser-password
touch "__MARKS__/$NAME.undone"
sync
echo "The server is as it was before the restore $NAME, which is kept as pgdata-after-$NAME."
