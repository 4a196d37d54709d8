umask 077
cd __VOLUME__
mkdir -p __DATA__
if [ ! -s __COPY_FILE__ ] || grep -qsF "$(sha256sum < __COPY_FILE__)" __OWN_FILE__; then exit 0; fi
echo "the entries of a restore point come in the place of those that are there"
sed 's|^directory __DATA__$|directory __VOLUME__/loaded|' /etc/directory/slapd.conf > /tmp/slapd.conf
rm -rf loaded
mkdir loaded
slapadd -q -f /tmp/slapd.conf -b "$SUFFIX" -l __COPY_FILE__
rm -rf __DATA__
mv loaded __DATA__
sha256sum < __COPY_FILE__ > __OWN_FILE__
