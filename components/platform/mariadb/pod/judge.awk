function wanted(used, most, now) {
  if (used > most * 1.1) return 2
  if (used > most) return 1
  if (used < most * 0.9) return 0
  return now > 1 ? 1 : now
}
kind == "share" { owner[$1] = $2; if (!($2 in share)) owners++; share[$2] = $3 }
kind == "size" { folder = $2; sub(/.*\//, "", folder); size[folder] = $1; if (folder in owner) taken[owner[folder]] += $1 }
kind == "right" {
  base = $1
  sub(/_.*/, "", base)
  if (!(base in owner)) next
  whose = owner[base]
  now = $4 == "Y" ? 0 : $5 == "Y" ? 1 : 2
  most = share[whose]
  equal = volume * 0.8 / owners
  if (left < volume * (now ? 0.2 : 0.1) && equal < most) most = equal
  want = wanted($1 == base ? taken[whose] : size[$1] / 2, most, now)
  if (want != now) print "change", want, $1, $2, $3
  if ($1 == base) print "owner", whose, taken[whose] + 0, int(most), want
}
END { print "owner", "*", volume - left, volume, 0 }
