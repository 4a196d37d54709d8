# Prints who is on the lists of an association, and who looks after them, as a table that every office program opens (RFC 4180).
# usage: people.pl <domain of the association's lists>
use strict;
use warnings;
use POSIX qw(strftime);
use FindBin qw($Bin);
require "$Bin/database.pl";

my ($domain) = @ARGV;
die "usage: people.pl <domain>\n" unless defined $domain;
my $database = connected();

my $rows = $database->selectall_arrayref(
    q{SELECT list_subscriber, user_subscriber, comment_subscriber, 'abonné', date_epoch_subscriber
        FROM subscriber_table WHERE robot_subscriber = $1
      UNION ALL
      SELECT list_admin, user_admin, comment_admin, CASE role_admin WHEN 'owner' THEN 'propriétaire' ELSE 'modérateur' END, date_epoch_admin
        FROM admin_table WHERE robot_admin = $1 AND role_admin IN ('owner', 'editor')
      ORDER BY 1, 4, 2}, undef, $domain);
$database->disconnect;

sub cell {
    my ($text) = @_;
    $text //= '';
    # What begins so is a formula to a spreadsheet.
    $text = "'$text" if $text =~ /\A[=+\-@\t\r]/;
    $text =~ s/"/""/g;
    return qq{"$text"};
}
print join(',', map { cell($_) } qw(liste adresse nom rôle depuis)), "\r\n";
for (@$rows) {
    my ($list, $address, $name, $role, $since) = @$_;
    my $day = $since ? strftime('%Y-%m-%d', gmtime $since) : '';
    print join(',', map { cell($_) } $list, $address, $name, $role, $day), "\r\n";
}
