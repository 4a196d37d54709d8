# PHP trusts only what this file names, and nobody while it is missing.
if [ -f __SCRIPTS__/__AUTHORITY_KEY__ ]; then
  mkdir -p "$(dirname __AUTHORITIES__)"
  cat /etc/ssl/certs/ca-certificates.crt __SCRIPTS__/__AUTHORITY_KEY__ > __AUTHORITIES__
fi
