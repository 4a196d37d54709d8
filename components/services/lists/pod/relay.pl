# Hands what sendmail.pl kept to the commune's relay. What the relay cannot take now is tried again for four days; what it
# refuses for good is dropped for that person alone, and counted in the log, which names nobody.
# Settings are in the environment: RELAY_HOST, RELAY_PORT, RELAY_ENCRYPTION, RELAY_USER and its password in RELAY_PASSWORD_FILE.
use strict;
use warnings;
use JSON::PP qw(decode_json encode_json);
use Net::SMTP;

$| = 1;
my $folder = $ENV{RELAY_FOLDER} // '/var/lib/sympa/spool/relay';
my $days   = 4 * 86_400;
my %next;    # When a message is tried again.
my $stop = 0;
$SIG{TERM} = sub { $stop = 1 };

sub password {
    open my $file, '<', $ENV{RELAY_PASSWORD_FILE} or die "no password: $!\n";
    local $/;
    my $text = <$file>;
    return $text;
}

sub connected {
    my $encryption = $ENV{RELAY_ENCRYPTION};
    my $relay = Net::SMTP->new(
        $ENV{RELAY_HOST},
        Port    => $ENV{RELAY_PORT},
        Hello   => $ENV{RELAY_HELLO},
        Timeout => 60,
        SSL     => $encryption eq 'tls' ? 1 : 0,
        SSL_verifycn_name => $ENV{RELAY_HOST},
        $ENV{RELAY_AUTHORITY} ? (SSL_ca_file => $ENV{RELAY_AUTHORITY}) : (),
    ) or return;
    if ($encryption eq 'starttls') {
        $relay->starttls(SSL_verifycn_name => $ENV{RELAY_HOST}, SSL_verify_mode => 1,
            $ENV{RELAY_AUTHORITY} ? (SSL_ca_file => $ENV{RELAY_AUTHORITY}) : ()) or return;
    }
    if ($ENV{RELAY_USER}) { $relay->auth($ENV{RELAY_USER}, password()) or return }
    return $relay;
}

# Those to whom it has yet to go; a number below 500 means: try again.
sub handed {
    my ($relay, $envelope, $message) = @_;
    my @to = @{$envelope->{to}};
    unless ($relay->mail($envelope->{from})) {
        my $later = $relay->code < 500;
        $relay->reset;
        return $later ? @to : ();
    }
    my (@taken, @later);
    for my $person (@to) {
        if ($relay->to($person)) { push @taken, $person }
        elsif ($relay->code < 500) { push @later, $person }
        else { print STDERR "the relay refused a message for one person\n" }
    }
    unless (@taken) { $relay->reset; return @later }
    my $done = $relay->data && $relay->datasend($message) && $relay->dataend;
    return @later if $done;
    push @later, @taken if $relay->code < 500;
    print STDERR "the relay refused a message\n" if $relay->code >= 500;
    $relay->reset;
    return @later;
}

until ($stop) {
    my @due = grep { ($next{$_} // 0) <= time } sort glob "$folder/*.msg";
    my $relay;
    for my $name (@due) {
        last if $stop;
        open my $file, '<:raw', $name or next;
        my $envelope = eval { decode_json(scalar <$file>) };
        my $message = do { local $/; <$file> };
        close $file;
        my $age = $envelope ? time - $envelope->{since} : $days + 1;
        my $wait = $age < 600 ? 30 : $age < 7200 ? 300 : 1800;
        $relay ||= connected();
        unless ($relay) {
            print STDERR "the relay does not answer\n";
            $next{$_} = time + $wait for @due;
            last;
        }
        my @left = $age > $days ? () : eval { handed($relay, $envelope, $message) };
        if ($@) { undef $relay; @left = @{$envelope->{to}} }
        if (@left) {
            $next{$name} = time + $wait;
            if (@left < @{$envelope->{to}}) {
                open my $draft, '>:raw', "$name.part" or next;
                print $draft encode_json({%$envelope, to => \@left}), "\n", $message;
                close $draft and rename "$name.part", $name;
            }
        }
        else {
            print STDERR "a message was dropped after four days\n" if $age > $days;
            unlink $name;
            delete $next{$name};
        }
    }
    $relay->quit if $relay;
    sleep 1;
}
