# The settings of this site again: those that came with the files name the server of the site that they are of.
cat __SCRIPTS__/zz-commune.config.php > config/zz-commune.config.php
patiently occ files:scan --all
if isEnabled groupfolders; then patiently occ groupfolders:scan --all; fi
for folder in __DATA__/appdata_*; do mkdir -p "$folder/preview"; done
forgetPreviews() {
  php -d display_errors=stderr <<'EOF'
__FORGET_PREVIEWS__
EOF
}
patiently forgetPreviews
patiently occ files:scan-app-data
patiently occ maintenance:data-fingerprint
