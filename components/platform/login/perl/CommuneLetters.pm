# Letters with a link to another password, for which somebody only has to know an address: three for each account while the
# link is good. LemonLDAP::NG itself asks whether to send another one only where it tells which addresses it knows
# (Plugins/MailPasswordReset.pm).
package CommuneLetters;

use strict;
use warnings;
use Lemonldap::NG::Portal::Main::Constants qw(PE_OK PE_USERNOTFOUND);
use Mouse;

extends 'Lemonldap::NG::Portal::Main::Plugin';

use constant {
    afterSub => { setLocalGroups => 'count' },
    most     => 3,
};

sub init { return 1 }

# Who is refused is told what is told of every address, and gets nothing.
sub count {
    my ( $self, $req ) = @_;
    return PE_OK unless $req->path =~ m{^/resetpwd} and $req->param('mail') and not $req->param('mail_token');
    my $reset = $self->p->loadedModules->{'Lemonldap::NG::Portal::Plugins::MailPasswordReset'} or return PE_OK;
    my $sent = $reset->getMailSession( $req->{user} ) or return PE_OK;
    my $letters = $sent->data->{_letters} || 1;
    return PE_USERNOTFOUND if $letters >= most;
    $sent->update( { _letters => $letters + 1 } );
    return PE_OK;
}

1;
