__OWNER_OF__
refuse() {
  echo "Nextcloud has no $1, and nobody would see $2. Nothing was changed." >&2
  exit 1
}
case $owner in
  __CODE__ | appdata_*) ;;
  __groupfolders)
    isEnabled groupfolders || refuse 'group folders' "$1"
    [ "$folder" = all ] || patiently occ groupfolders:list --output=json | tail -n 1 | php -r '
      foreach (json_decode(stream_get_contents(STDIN), true) ?: [] as $each)
        if ((string) $each["id"] === $argv[1]) exit(0);
      exit(1);' "$folder" || refuse "group folder $folder" "$1"
    ;;
  *) patiently occ user:info "$owner" > /dev/null || refuse "account $owner" "$1" ;;
esac
