umask 077
cd __VOLUME__
copy() {
  if [ -e __COPY_FILE__ ] && ! [ __DATA__/data.mdb -nt __COPY_FILE__ ]; then return 0; fi
  touch -r __DATA__/data.mdb /tmp/moment \
    && slapcat -f /etc/directory/slapd.conf -b "$SUFFIX" -l next.ldif \
    && touch -r /tmp/moment next.ldif \
    && sync next.ldif \
    && sha256sum < next.ldif >> __OWN_FILE__ \
    && mv next.ldif __COPY_FILE__ \
    && sha256sum < __COPY_FILE__ > own.next \
    && mv own.next __OWN_FILE__
}
trap 'copy; exit' TERM
until [ -s __DATA__/data.mdb ]; do sleep 1; done
while true; do
  copy || echo "the entries were not written; in __SECONDS_BETWEEN__ seconds again" >&2
  sleep __SECONDS_BETWEEN__ &
  wait $!
done
