# Takes mail for lists over SMTP, and hands it to Sympa's own programs. It takes mail for what is declared, and nothing else:
# whatever is for somebody else is refused while the relay still knows who wrote it.
# usage: receive.pl <port> <addresses.json>
use strict;
use warnings;
use IO::Socket::IP;
use JSON::PP qw(decode_json);
use Net::Server::Mail::ESMTP;
use POSIX qw(WNOHANG);

my ($port, $file) = @ARGV;
my $largest = $ENV{LARGEST_MESSAGE};
my $most    = 8;
my $known   = do { local (@ARGV, $/) = ($file); decode_json(<>) };
my %folder  = map { lc($_) => ['queue', $_] } @{$known->{messages}};
$folder{lc $_} = ['bouncequeue', $known->{bounces}{$_}] for keys %{$known->{bounces}};
# What is told to listmaster is told to the commune.
for my $address (keys %folder) {
    $folder{$address}[1] = "listmaster\@$1" if $address =~ /\A(?:postmaster|abuse|sympa-request)@(.+)\z/;
}

my $server = IO::Socket::IP->new(LocalPort => $port, Listen => 64, ReuseAddr => 1, V6Only => 0)
    or IO::Socket::IP->new(LocalPort => $port, LocalHost => '0.0.0.0', Listen => 64, ReuseAddr => 1)
    or die "cannot listen on $port: $@\n";
my $children = 0;
$SIG{TERM} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';

while (1) {
    my $client = $server->accept or next;
    $children-- while $children > 0 and waitpid(-1, WNOHANG) > 0;
    if ($children >= $most) {
        print $client "421 Too many connections, try again later\r\n";
        close $client;
        next;
    }
    my $pid = fork;
    if (not defined $pid) { close $client; next }
    if ($pid) { $children++; close $client; next }
    close $server;
    serve($client);
    exit 0;
}

sub where {
    my ($address) = @_;
    $address =~ s/\A<|>\z//g;
    return $folder{lc $address};
}

sub serve {
    my ($client) = @_;
    $SIG{ALRM} = sub { exit 0 };
    alarm 600;
    my $session = Net::Server::Mail::ESMTP->new(socket => $client, idle_timeout => 120);
    $session->register('Net::Server::Mail::ESMTP::8BITMIME');
    $session->register('Net::Server::Mail::ESMTP::PIPELINING');
    my $received = 0;
    $session->set_callback(RCPT => sub {
        my ($session, $recipient) = @_;
        return (0, 452, 'Too many recipients') if ($session->get_recipients // 0) >= 100;
        return where($recipient) ? (1) : (0, 550, 'No such list here');
    });
    $session->set_callback('DATA-INIT' => sub { $received = 0; return (1) });
    $session->set_callback('DATA-PART' => sub {
        my ($session, $part) = @_;
        $received += length $$part;
        # The rest is not kept, and the answer comes at its end.
        $$part = '' if $received > $largest;
        return (1);
    });
    $session->set_callback(DATA => sub {
        my ($session, $data) = @_;
        return (0, 552, 'Message too large') if $received > $largest;
        my $sender = $session->get_sender // '';
        $sender =~ s/\A<|>\z//g;
        $sender =~ s/[^\x21-\x7e]//g;
        $$data =~ s/\r\n/\n/g;
        my %done;
        for my $recipient ($session->get_recipients) {
            my ($program, $address) = @{where($recipient)};
            next if $done{"$program $address"}++;
            # Sympa reads who sent it from here, as a mail server writes it.
            my $written = open(my $pipe, '|-', "/usr/lib/sympa/bin/$program", $address);
            $written &&= print {$pipe} "Return-Path: <$sender>\n", $$data;
            $written &&= close $pipe;
            return (0, 451, 'Not taken, try again later') unless $written;
        }
        return (1, 250, 'Taken');
    });
    $session->process;
}
