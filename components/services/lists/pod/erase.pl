# Removes what is left of the lists of an association that is gone: who was on them, what waits, and their folders. Lists
# that are declared are refused. Says how much there was.
# usage: erase.pl <domain of the association's lists>
use strict;
use warnings;
use File::Find qw(find);
use File::Path qw(remove_tree);
use FindBin qw($Bin);
require "$Bin/database.pl";

my ($domain) = @ARGV;
die "usage: erase.pl <domain>\n" unless defined $domain and $domain =~ /\A[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\z/;
die "$domain: its lists are declared still\n" if -e "/etc/sympa/$domain";
my $home = '/var/lib/sympa';

my $database = connected(AutoCommit => 0);

# Every table of Sympa's that says whose a row is has a column of that name.
my $columns = $database->selectall_arrayref(
    q{SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = current_schema() AND column_name ~ '^robot(_|$)'});
my $rows = 0;
for (@$columns) {
    my ($table, $column) = map { $database->quote_identifier($_) } @$_;
    $rows += $database->do("DELETE FROM $table WHERE $column = ?", undef, $domain);
}
$rows += $database->do(q{DELETE FROM inclusion_table WHERE split_part(target_inclusion, '@', 2) = ?}, undef, $domain);
# An address that is on no list any more.
$rows += $database->do(
    q{DELETE FROM user_table WHERE email_user NOT IN
      (SELECT user_subscriber FROM subscriber_table UNION SELECT user_admin FROM admin_table)});
$database->commit;
$database->disconnect;

# Whatever waits carries the list's address in its name.
my @waiting;
find({ no_chdir => 1, wanted => sub { push @waiting, $_ if m{[/@]\Q$domain\E(?:[_.,/]|\z)} } },
    grep { -d } "$home/list_data/$domain", map { "$home/$_" } qw(spool bounce arc));
my $files = grep { -f } @waiting;
remove_tree(grep { -e } @waiting);
print "$rows rows, $files files\n";
