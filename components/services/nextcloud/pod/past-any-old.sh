goPastAnyOld() {
  php <<'EOF'
__PAST_ANY_OLD__
EOF
}
patiently goPastAnyOld
