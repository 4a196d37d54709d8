# PHP says its errors on its output, where nobody looks for why it failed.
goPastAnyOld() {
  php -d display_errors=stderr <<'EOF'
__PAST_ANY_OLD__
EOF
}
patiently goPastAnyOld
