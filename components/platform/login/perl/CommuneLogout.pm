# Logging out in every browser at once, and of the services that those sessions opened. LemonLDAP::NG's own plugin
# (Plugins/GlobalLogout.pm) tells no service of the sessions that it ends elsewhere.
package CommuneLogout;

use strict;
use warnings;
use Crypt::URandom qw(urandom);
use Lemonldap::NG::Common::Session 'id2storage';
use Lemonldap::NG::Portal::Main::Constants qw(PE_OK);
use Mouse;

extends qw(Lemonldap::NG::Portal::Main::Plugin Lemonldap::NG::Portal::Lib::OtherSessions);

use constant {
    afterSub     => { setLocalGroups => 'mark' },
    beforeLogout => 'everywhere',
};

sub init { return 1 }

# A name of the session that services may know. By itself it is made of the cookie, which the store does not hold.
sub mark {
    my ( $self, $req ) = @_;
    $req->sessionInfo->{_oidc_sid} ||= unpack 'H*', urandom(16);
    return PE_OK;
}

sub everywhere {
    my ( $self, $req ) = @_;
    return PE_OK unless $req->param('everywhere');
    my $who    = $self->conf->{whatToTrace};
    my $here   = id2storage( $req->userData->{_session_id} );
    my $found  = $self->module->searchOn( $self->moduleOpts, $who, $req->userData->{$who} );
    my $issuer = $self->p->loadedModules->{'Lemonldap::NG::Portal::Issuer::OpenIDConnect'};
    my @others = grep { $_ ne $here and ( $found->{$_}->{_session_kind} || '' ) eq 'SSO' } keys %$found;
    my $code   = PE_OK;
    foreach my $id (@others) {
        my $session = $self->p->getApacheSession( $id, hashStore => 0 ) or next;
        my %data = %{ $session->data };
        {
            local $req->{userData}    = \%data;
            local $req->{sessionInfo} = \%data;
            my $told = $issuer ? $issuer->logout($req) : PE_OK;
            $code ||= $told;
        }
        $session->remove;
    }
    return $code;
}

1;
