__REACH__
reach "$DATABASE_HOST" "$DATABASE_PORT"
mkdir -p "$MARKS"
for script in $SCRIPTS; do
  if [ -e "$MARKS/$script" ]; then echo "$script was run before."; continue; fi
  echo "Running $script."
  status=0
  node "dist/scripts/migrations/$script.js" > /tmp/output 2>&1 || status=$?
  cat /tmp/output
  if [ "$status" != 0 ] || grep -q "An error occurred" /tmp/output; then
    echo "PeerTube's script $script failed, with the reason above. PeerTube $VERSION serves meanwhile. Mend the reason, then: npx pulumi up -s $COMMUNE"
    exit 1
  fi
  date -u > "$MARKS/$script"
  echo "$script is done."
done
