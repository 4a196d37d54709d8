set -eu
export HOME=/tmp RELEASE_TMP=/tmp/release RELEASE_DISTRIBUTION=none MOBILIZON_CONFIG_PATH=/config/config.exs
mkdir -p /tmp/release /tmp/exports/csv /tmp/sitemap
