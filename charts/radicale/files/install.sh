set -eu
root=/var/lib/radicale/collections/collection-root
mkdir -p $root/bureau $root/membres
collection() {
  [ -e $root/bureau/$1/.Radicale.props ] && return
  mkdir -p $root/bureau/$1
  printf '%s' "$2" > $root/bureau/$1/.new
  mv $root/bureau/$1/.new $root/bureau/$1/.Radicale.props
}
collection agenda '{"C:supported-calendar-component-set":"VEVENT,VTODO","D:displayname":"Agenda – @titleInJson@","tag":"VCALENDAR"}'
collection contacts '{"D:displayname":"Contacts – @titleInJson@","tag":"VADDRESSBOOK"}'
# Telephones look below the name of who logs in.
for name in agenda contacts; do ln -sfn ../bureau/$name $root/membres/$name; done
