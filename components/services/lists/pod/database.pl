# Sympa's own database, for the programs beside it.
use strict;
use warnings;
use DBI;

sub connected {
    my (%options) = @_;
    my %of;
    open my $file, '<', '/etc/sympa/sympa/sympa.conf' or die "no configuration: $!\n";
    while (<$file>) { $of{$1} = $2 if /\A(db_\w+) (.*)\n/ }
    close $file;
    my $where = "dbname=$of{db_name};host=$of{db_host};port=$of{db_port}";
    $where .= ";$of{db_options}" if $of{db_options};
    return DBI->connect("dbi:Pg:$where", $of{db_user}, $of{db_passwd},
        { RaiseError => 1, PrintError => 0, pg_enable_utf8 => 0, %options });
}
1;
