# Every process makes others, until nothing lets it. $1: seconds. This machine has 32,768 for all: 6,000 are the most.
exec prlimit --nproc=6000 perl -e '
  my $end = time + $ARGV[0];
  if (!fork) { while (time < $end) { fork; select(undef, undef, undef, 0.02) } exit }
  my $most = 0;
  while (time < $end + 1) {
    opendir(my $all, "/proc"); my $count = grep { /^\d+$/ } readdir $all;
    $most = $count if $count > $most;
    select(undef, undef, undef, 0.2);
  }
  print "$most processes at most\n";' "$1"
