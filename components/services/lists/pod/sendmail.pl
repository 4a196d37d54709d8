#!/usr/bin/perl
# In the place of a mail server's sendmail: keeps what Sympa writes to people until relay.pl has handed it to the relay.
# Sympa starts it and looks no further, so that nothing here may depend on the relay.
use strict;
use warnings;
use File::Temp qw(tempfile);
use JSON::PP qw(encode_json);

my ($from, @to) = ('');
while (@ARGV) {
    my $word = shift @ARGV;
    if ($word eq '-f') { $from = shift @ARGV }
    elsif ($word eq '-N') { shift @ARGV }
    elsif ($word eq '--') { @to = @ARGV; last }
}
exit 64 unless @to;
my $folder = $ENV{RELAY_FOLDER} // '/var/lib/sympa/spool/relay';
binmode STDIN;
my $message = do { local $/; <STDIN> };
my ($file, $name) = tempfile('new-XXXXXXXXXX', DIR => $folder);
binmode $file;
print $file encode_json({from => $from, to => \@to, since => time}), "\n", $message or exit 75;
$file->flush and $file->sync or exit 75;
close $file or exit 75;
rename $name, $folder . '/' . sprintf('%d.%d.msg', time, $$) or exit 75;
