#!/bin/sh
set -u
cd /var/www/html
step=$1 list=__SCRIPTS__/apps.txt store=/var/www/html/custom_apps/.archives changed= failed=

__STATE__

# The list can be a step ahead of the code: it is there before an upgrade, and background jobs run meanwhile.
if [ "$(php -r 'require "version.php"; echo $OC_Version[0];')" != "$(cat __SCRIPTS__/major)" ]; then exit 0; fi

version_of() {
  [ -f "$1/appinfo/info.xml" ] && php -r 'echo simplexml_load_file($argv[1])->version;' "$1/appinfo/info.xml"
}

place() {
  id=$1 version=$2
  archive=$store/$id-$version.tar.gz new=/var/www/html/custom_apps/.new old=/var/www/html/custom_apps/.old
  if [ "$(version_of "custom_apps/$id")" = "$version" ]; then return 0; fi
  if ! [ -s "$archive" ]; then
    echo "app $id $version: not fetched yet"
    return 1
  fi
  rm -rf "$new" "$old"
  mkdir "$new"
  # It says nothing of the publisher: the disk is full, the pod was stopped, a mirror gave half of it.
  if ! tar -xzf "$archive" -C "$new" --no-same-owner; then
    echo "app $id $version: its archive could not be unpacked; it is fetched again"
    rm -rf "$archive" "$new"
    return 1
  fi
  # Without a signature, the check below skips the app and is content.
  if ! [ -f "$new/$id/appinfo/signature.json" ]; then
    found=unsigned
  else
    found=$(php occ integrity:check-app --output=json --path="$new/$id" "$id" | tail -n 1)
  fi
  case $found in
    '[]') ;;
    unsigned | '{'*)
      echo "app $id $version: refused, its files are not those that its publisher signed: $(echo "$found" | cut -c 1-300)"
      mv "$archive" "$archive.refused"
      rm -rf "$new"
      return 1
      ;;
    *)
      echo "app $id $version: its signature could not be checked: $found"
      rm -rf "$new"
      return 1
      ;;
  esac
  if [ -d "custom_apps/$id" ]; then mv "custom_apps/$id" "$old"; fi
  mv "$new/$id" "custom_apps/$id"
  rm -rf "$new" "$old"
  find "$store" -name "$id-*" ! -name "$id-$version.*" -delete
  changed="$changed $id"
  echo "app $id $version: in place"
}

# Whether an archive waits for an app that is not in place.
waiting() {
  while read -r id version url <&3; do
    if [ -n "$url" ] && [ -s "$store/$id-$version.tar.gz" ] && [ "$(version_of "custom_apps/$id")" != "$version" ]; then
      return 0
    fi
  done 3< "$list"
  return 1
}

if [ "$step" = late ]; then
  waiting || exit 0
  if [ "$(state maintenance)" != false ] || [ "$(state needsDbUpgrade)" != false ]; then exit 0; fi
fi

while read -r id version url <&3; do
  if [ -n "$url" ]; then place "$id" "$version"; fi
done 3< "$list"
if [ "$step" = place ]; then exit 0; fi

if [ -n "$changed" ] && [ "$(state needsDbUpgrade)" = true ] && ! php occ upgrade --no-interaction; then
  echo "apps$changed: their own upgrade failed; they are switched off, so that documents are served"
  for id in $changed; do php occ app:disable "$id"; done
  failed=$changed
  php occ maintenance:mode --off
fi

while read -r id version url <&3; do
  if [ "$version" = none ]; then
    echo "app $id: no release for this version of Nextcloud is known; documents are served without it"
  elif [ -z "$url" ]; then
    if [ -d "custom_apps/$id" ]; then php occ app:disable "$id"; fi
  elif case "$failed " in *" $id "*) true ;; *) false ;; esac; then
    continue
  elif [ -d "custom_apps/$id" ]; then
    php occ app:enable "$id" || echo "app $id: could not be switched on; documents are served without it"
  fi
done 3< "$list"

if [ -f __SCRIPTS__/identity.txt ] && [ -d custom_apps/user_oidc ]; then
  { read -r client; read -r discovery; } < __SCRIPTS__/identity.txt
  php occ user_oidc:provider commune --clientid="$client" --discoveryuri="$discovery" \
    --clientsecret-file=/run/secrets/nextcloud/identity-client-secret --unique-uid=0 \
    --mapping-uid=preferred_username --mapping-display-name=name --mapping-email=email ||
    echo "log in with the provider: not configured; local accounts work"
fi
__OFFICE__
exit 0
