#!/bin/sh
set -eu
cd /var/www/html
list=/etc/folders/folders.txt
tab=$(printf '\t')

until php occ app:list --output=json | tail -n 1 | php -r 'exit(isset(json_decode(stream_get_contents(STDIN), true)["enabled"]["groupfolders"]) ? 0 : 1);'; do
  echo 'The app groupfolders is not there yet: asked again in a minute.'
  sleep 60 & wait $!
done

# The groups of a folder, one per line; fails when there is no such folder.
groups() {
  php occ groupfolders:list --output=json | tail -n 1 | php -r '
    foreach (json_decode(stream_get_contents(STDIN), true) as $folder) {
      if ((string) $folder["id"] !== $argv[1]) continue;
      foreach (array_keys($folder["groups_list"] ?? $folder["groups"]) as $group) echo "$group\n";
      exit(0);
    }
    exit(1);' "$1"
}

while IFS=$tab read -r kind id rights name <&3; do
  case $kind in
    folder)
      folder=$(php occ config:app:get commune "folder-$id" || true)
      if [ -n "$folder" ] && groups "$folder" > /dev/null; then
        php occ groupfolders:rename "$folder" "$name"
      else
        folder=$(php occ groupfolders:create "$name" | tail -n 1)
        # It says what it refuses in the same place, above all a name that another folder has.
        case $folder in
          '' | *[!0-9]*)
            echo "$name: $folder. Rename that other folder in Nextcloud, or the school; this is tried again by itself." >&2
            exit 1
            ;;
        esac
        php occ config:app:set commune "folder-$id" --value="$folder" > /dev/null
      fi
      php occ groupfolders:quota "$folder" "$rights"
      groups "$folder" | while read -r group; do
        grep -q -x -F -e "writer$tab$id${tab}write delete$tab$group" -e "reader$tab$id${tab}read$tab$group" "$list" ||
          php occ groupfolders:group "$folder" "$group" --delete
      done
      echo "$name: folder $folder"
      ;;
    writer | reader)
      folder=$(php occ config:app:get commune "folder-$id")
      # It is there already, mostly: people come from the identity provider with their groups.
      php occ group:add "$name" > /dev/null 2>&1 || true
      # shellcheck disable=SC2086
      php occ groupfolders:group "$folder" "$name" $rights
      ;;
  esac
done 3< "$list"
