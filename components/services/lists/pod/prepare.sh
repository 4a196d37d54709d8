# Before Sympa's programs start: the folders of the volume, their configuration with its passwords, the lists that are
# declared, and the tables of the database. Run again at each start, and safe to.
umask 077
home=/var/lib/sympa
mkdir -p $home/list_data $home/arc $home/bounce /etc/sympa/sympa
for spool in $SPOOLS; do mkdir -p "$home/spool/$spool"; done

# Files of an image may all be of 1970, and the templates among them would not be found: a copy is of today.
cp -rLf /usr/share/sympa/default/. /opt/defaults/

cp -f /opt/lists/sympa.conf /etc/sympa/sympa/sympa.conf
if [ -d /opt/declared/etc ]; then cp -rLf /opt/declared/etc/. /etc/sympa/; fi
find /etc/sympa -type f -print0 | xargs -0 perl -pi -e '
  BEGIN {
    sub secret { open my $file, "<", "/run/secrets/lists/$_[0]" or return ""; local $/; <$file> }
    %of = (DATABASE => secret("database-password"), DIRECTORY => secret("directory-password"));
  }
  s/\@(DATABASE|DIRECTORY)_PASSWORD\@/$of{$1}/g'

# A list that is declared no more takes nothing and sends nothing; who was on it stays in the database until it is back.
for config in "$home"/list_data/*/*/config; do
  [ -e "$config" ] || continue
  list=${config#"$home"/list_data/}
  [ -e "/opt/declared/lists/${list%/config}" ] || sed -i 's/^status .*/status closed/' "$config"
done
if [ -d /opt/declared/lists ]; then
  cd /opt/declared/lists
  for list in */*; do
    mkdir -p "$home/list_data/$list"
    cp -Lf "$list" "$home/list_data/$list/config.new"
    mv "$home/list_data/$list/config.new" "$home/list_data/$list/config"
  done
  cd /
fi

# The directory is asked at each start who belongs to an association, and every ten minutes from then on.
rm -f "$home"/spool/task/*.sync_include.*

# That tables were made is nothing to write to anybody about: what it says meanwhile goes nowhere.
mkdir -p /tmp/first
cp /etc/sympa/sympa/sympa.conf /tmp/sympa.conf
sed -i 's,^sendmail .*,sendmail /bin/true,; s,^queuebulk .*,queuebulk /tmp/first,' /etc/sympa/sympa/sympa.conf
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  if /usr/lib/sympa/bin/sympa check > /tmp/check 2>&1; then
    mv /tmp/sympa.conf /etc/sympa/sympa/sympa.conf
    rm -rf /tmp/first /tmp/check
    exit 0
  fi
  sleep 3
done
grep -v '^Duplicate specification' /tmp/check | sed -E 's/[^[:space:]<>;=(]+@[^[:space:]<>;=)]+/(address)/g' >&2
exit 1
