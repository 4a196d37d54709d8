count_dumped() {
  local -A rows=()
  local count what rest table end=''
  while read -r count what rest table; do
    case $what in
      CREATE) rows[$table]=${rows[$table]:-0} ;;
      INSERT) rows[$table]=$count ;;
      --) end=there ;;
    esac
  done < <(grep --text --extended-regexp --only-matching '^(CREATE TABLE|INSERT INTO) `[^`]+`|^-- Dump completed' | sort | uniq --count)
  [ "$end" = there ] || { echo "The dump of $DATABASE has no end." >&2; return 1; }
  for table in "${!rows[@]}"; do printf '%s\t%d\n' "${table//\`/}" "${rows[$table]}"; done | sort
}
