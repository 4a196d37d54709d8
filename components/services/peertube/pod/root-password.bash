__REACH__
reach "$DATABASE_HOST" "$DATABASE_PORT"
{ cat __SECRETS__/root-password; echo; } | node dist/scripts/reset-password.js -u root > /tmp/output 2>&1 || true
cat /tmp/output
grep -q "User password updated" /tmp/output
