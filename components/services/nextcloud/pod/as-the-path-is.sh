__OWNER_OF__
case $owner in
  __CODE__) ;;
  appdata_*) patiently occ files:scan-app-data ;;
  __groupfolders)
    if [ "$folder" = all ]; then patiently occ groupfolders:scan --all; else patiently occ groupfolders:scan "$folder"; fi
    ;;
  *) patiently occ files:scan --path="/$1" ;;
esac
