count_copied() {
  # A row may be longer than the memory: its beginning says what it is.
  LC_ALL=C cut --bytes=-2000 | LC_ALL=C awk -v tables="$1" '
    BEGIN {
      while ((getline line < tables) > 0) {
        split(line, names, "\t")
        known[names[1]] = names[2]
        rows[names[2]] = 0
      }
    }
    copies { if ($0 == "\\.") { copies = 0; if (table != "") rows[table] += count } else count += 1; next }
    /^COPY / {
      copies = 1; count = 0; table = ""
      text = substr($0, 6)
      # A name may have blanks and brackets of its own.
      for (end = 1; end <= length(text); end += 1)
        if (substr(text, end, 1) == " " && substr(text, 1, end - 1) in known) { table = known[substr(text, 1, end - 1)]; break }
    }
    END { if (copies) exit 1; for (name in rows) printf "%s\t%d\n", name, rows[name] }' | sort
}
