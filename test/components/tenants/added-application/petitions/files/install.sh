set -eu
mkdir -p /var/lib/petitions/sealed
petitions migrate --title '@title@' --password-file '/run/secrets/admin/@admin.key@'
