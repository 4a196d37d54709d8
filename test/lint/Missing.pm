package Missing;
# A module that is not on this machine is empty, and has what is asked of it by name: `perl -c` then looks at syntax alone.
use strict;
use warnings;

my %usual = (Mouse => [qw(extends has with before after around)]);

push @INC, sub {
  my (undef, $file) = @_;
  # What Perl's own modules try to load may be missing, which they know.
  return if (caller)[1] =~ m{^/(usr|etc)/};
  my $name = $file =~ s{/}{::}gr =~ s/\.pm$//r;
  my @usual = @{ $usual{$name} || [] };
  my $text = "package $name; sub import { my \$to = caller; no strict 'refs'; *{\"\${to}::\$_\"} = sub { 1 } for grep { /^\\w+\$/ } (qw(@usual), \@_[1 .. \$#_]) } 1;";
  open(my $handle, '<', \$text) or die "$name: $!";
  return $handle;
};

1;
