if [ -f __SCRIPTS__/office.txt ] && [ -d custom_apps/richdocuments ]; then
  { read -r server; read -r callers; } < __SCRIPTS__/office.txt
  php occ config:app:set richdocuments wopi_url --value="$server"
  php occ config:app:set richdocuments public_wopi_url --value="$server"
  php occ config:app:set richdocuments wopi_allowlist --value="$callers"
  php occ richdocuments:activate-config ||
    echo "office: $server does not answer as a Collabora server; documents are served, and edited by one person at a time"
fi
