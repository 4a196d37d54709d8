__OWNER_OF__
case $owner in
  __CODE__) ;;
  appdata_*) php occ files:scan-app-data ;;
  __groupfolders)
    if [ "$folder" = all ]; then php occ groupfolders:scan --all; else php occ groupfolders:scan "$folder"; fi
    ;;
  *) php occ files:scan --path="/$1" ;;
esac
