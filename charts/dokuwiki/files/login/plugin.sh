mkdir -p /storage/lib/plugins
ln -sfn /config/authcommune /storage/lib/plugins/authcommune
