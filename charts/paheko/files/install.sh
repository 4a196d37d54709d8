set -eu
root=/usr/share/paheko
data=/var/lib/paheko
# Even an upgrade begins a session.
paheko() { php -d session.save_path=/tmp $root/bin/paheko "$@"; }
if [ ! -e $data/association.sqlite ]; then
  rm -f $data/.new.sqlite*
  paheko --db=$data/.new.sqlite init --country=FR --orgname='@title@' --name=Administration \
    --email='@admin.mail@' --password-file=/run/secrets/admin/@admin.key@
  mv $data/.new.sqlite $data/association.sqlite
  rm -f $data/.new.sqlite*
else
  version=$(cat $root/VERSION)
  # Of a file of an older version it says that it is to be upgraded, and no number.
  had=$(paheko version | tail -n 1)
  case "$had" in
    [0-9]*) newest=$(printf '%s\n%s\n' "$had" "$version" | sort -V | tail -n 1) ;;
    *) newest=$version ;;
  esac
  if [ "$newest" != "$version" ]; then
    echo "Paheko's file is of a newer version ($had) than this one ($version): it cannot go back." >&2
    exit 1
  fi
  # It ends with 2 when something was to be done.
  paheko upgrade || [ $? -eq 2 ]
fi
