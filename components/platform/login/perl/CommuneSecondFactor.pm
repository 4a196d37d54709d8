# Second factors of LemonLDAP::NG, registered without JavaScript and kept in the person's own entry of the directory.
# LemonLDAP::NG's own registration (2F/Register/TOTP.pm) answers a script in JSON, and keeps them in a store of sessions.
package CommuneSecondFactor;

use strict;
use warnings;
use JSON qw(from_json to_json);
use Lemonldap::NG::Portal::Main::Constants qw(PE_OK PE_BADOTP PE_SESSIONNOTGRANTED);
use Mouse;
use POSIX qw(strftime);

extends 'Lemonldap::NG::Portal::2F::Register::TOTP';

has '+type' => ( default => 'TOTP' );

use constant {
    attribute        => 'communeSecondFactor',
    objectClass      => 'communePerson',
    hook             => { sendHtml => 'fill', sfBeforeVerify => 'mayTry', sfAfterVerify => 'count' },
    wrongAnHour      => 10,
    supportedActions => { verify => 'verify', delete => 'delete' },
};

# Who is between the password and the code is known by a token. In LemonLDAP::NG's cache its name would be a second and
# 16 bits, which somebody else can guess: these are sessions, with names of 256 bits.
sub init {
    my ($self) = @_;
    my $engine = $self->p->_sfEngine;
    $_->cache(0) for $self->ott, $engine->ott, $engine->regOtt;
    return $self->SUPER::init();
}

# Gives the pages what LemonLDAP::NG's own scripts would fetch.
sub fill {
    my ( $self, $req, $template, $args ) = @_;
    my $params = $args->{params} ||= {};
    if ( $$template eq 'totp2fregister' ) {
        my ( $token, $secret ) = @{ $req->data->{communeHeld} || [ $self->hold( $req, $self->newSecret ) ] };
        my ( $key, $issuer ) = ( uc $secret, $self->conf->{totp2fIssuer} );
        my $user = $self->userOf($req);
        $params->{TOKEN}   = $token;
        $params->{KEY}     = join ' ', $key =~ /(.{1,4})/g;
        $params->{OTPAUTH} = "otpauth://totp/$issuer:$user?secret=$key&issuer=$issuer";
    }
    elsif ( $$template eq '2fregisters' ) {
        my ( undef, $devices ) = $self->read( $req->userData );
        $devices ||= [];
        my ($token) = $self->hold( $req, '' );
        $params->{SFDEVICES} =
          [ map { { epoch => $_->{epoch}, day => strftime( '%d/%m/%Y', localtime $_->{epoch} ), token => $token } }
              @$devices ];
        $params->{FULL}       = @$devices >= $self->conf->{max2FDevices};
    }
    return PE_OK;
}

# Who has the password may not try codes until one is right: a million are tried in days otherwise.
sub mayTry {
    my ( $self, $req, $module, $session ) = @_;
    my $tried = $self->tried( $session->{ $self->conf->{whatToTrace} } );
    return @{ $tried->{wrong} } < wrongAnHour ? PE_OK : PE_SESSIONNOTGRANTED;
}

# A code is good once (RFC 6238, 5.2): who has seen one typed cannot use it again.
sub count {
    my ( $self, $req, $module, $session, $verified ) = @_;
    my $user  = $session->{ $self->conf->{whatToTrace} };
    my $tried = $self->tried($user);
    if ( $verified->{result} == PE_OK ) {
        my $step = int( time / $self->conf->{totp2fInterval} ) - $verified->{logInfo}->{range};
        if ( $step > $tried->{used} ) {
            $self->p->updatePersistentSession( $req, { _usedCode => $step, _wrongCodes => '' }, $user );
            return PE_OK;
        }
        $verified->{result} = PE_BADOTP;
    }
    my $wrong = join ',', @{ $tried->{wrong} }, time;
    $self->p->updatePersistentSession( $req, { _wrongCodes => $wrong }, $user );
    return PE_OK;
}

sub tried {
    my ( $self, $user ) = @_;
    my $kept = $self->p->getPersistentSession($user)->data;
    return {
        used  => $kept->{_usedCode} || 0,
        wrong => [ grep { $_ > time - 3600 } split /,/, $kept->{_wrongCodes} || '' ],
    };
}

sub verify {
    my ( $self, $req ) = @_;
    my $secret = $self->held($req);
    return $self->to( $req, '2fregisters/totp' ) unless $secret;
    ( my $code = $req->param('code') || '' ) =~ s/\s//g;
    my $conf = $self->conf;
    my ($right) =
      $self->verifyCode( $conf->{totp2fInterval}, $conf->{totp2fRange}, $conf->{totp2fDigits}, $secret, $code );
    if ( $right != 1 ) {
        $req->data->{communeHeld} = [ $req->param('token'), $secret ];
        return $self->p->sendHtml( $req, $self->template, params => { WRONG => 1 } );
    }
    my $device = { type => $self->type, name => 'TOTP', epoch => time, _secret => $self->get_storable_secret($secret) };
    return $self->p->sendError( $req, 'serverError', 500 )
      if $self->registerDevice( $req, $req->userData, $device );
    $self->ott->getToken( $req->param('token') );
    return $self->to( $req, '2fregisters?continue=1' ) if $req->data->{sfRegRequired};
    return $self->list( $req, REGISTERED => 1 );
}

sub delete {
    my ( $self, $req ) = @_;
    my $epoch = $req->param('epoch') || '';
    if ( defined $self->held($req) ) {
        $self->del2fDevice( $req, $req->userData, $self->type, $epoch )
          or return $self->p->sendError( $req, 'serverError', 500 );
    }
    return $self->list($req);
}

# Without a redirection: another process would have the session of before, for some seconds.
sub list {
    my ( $self, $req, %params ) = @_;
    return $self->p->sendHtml( $req, '2fregisters', params => \%params );
}

# What a form holds is the session's: the browser has a name of it, which is good for its own user alone.
sub hold {
    my ( $self, $req, $secret ) = @_;
    return ( $self->ott->createToken( { secret => $secret, holder => $self->userOf($req) } ), $secret );
}

sub held {
    my ( $self, $req ) = @_;
    my $token = $req->param('token') or return undef;
    my $held = $self->ott->getToken( $token, 1 ) or return undef;
    return ( $held->{holder} || '' ) eq $self->userOf($req) ? $held->{secret} : undef;
}

sub userOf {
    my ( $self, $req ) = @_;
    return $req->userData->{ $self->conf->{whatToTrace} };
}

sub to {
    my ( $self, $req, $path ) = @_;
    return [ 302, [ Location => $req->portal . $path ], [] ];
}

sub add2fDevice {
    my ( $self, $req, $info, $device ) = @_;
    my ( $entry, $devices ) = $self->read($info) or return 0;
    return $self->write( $req, $entry, [ @$devices, $device ] );
}

sub del2fDevices {
    my ( $self, $req, $info, $gone ) = @_;
    my ( $entry, $devices ) = $self->read($info) or return 0;
    my %gone = map { ( "$_->{type} $_->{epoch}" => 1 ) } @$gone;
    return $self->write( $req, $entry, [ grep { not $gone{"$_->{type} $_->{epoch}"} } @$devices ] );
}

# The directory and not the session says what there is: somebody may have removed a factor since.
sub read {
    my ( $self, $info ) = @_;
    my $directory = $self->p->_userDB;
    return unless $directory->bind;
    my $found = $directory->ldap->search(
        base   => $info->{_dn},
        scope  => 'base',
        filter => '(objectClass=inetOrgPerson)',
        attrs  => [ 'objectClass', attribute ],
    );
    my $entry = $found->entry(0);
    unless ($entry) {
        $self->logger->error( 'second factor: no entry is read: ' . $found->error );
        return;
    }
    my $kept = $entry->get_value(attribute);
    return ( $entry, $kept ? from_json($kept) : [] );
}

sub write {
    my ( $self, $req, $entry, $devices ) = @_;
    my $kept     = to_json( $devices, { ascii => 1, canonical => 1 } );
    my $isPerson = grep { lc $_ eq lc objectClass } $entry->get_value('objectClass');
    my $result   = $self->p->_userDB->ldap->modify(
        $entry->dn,
        changes => [
            ( $isPerson ? () : ( add => [ objectClass => objectClass ] ) ),
            replace => [ attribute, @$devices ? [$kept] : [] ],
        ]
    );
    if ( $result->code ) {
        $self->logger->error( 'second factor: the entry is not changed: ' . $result->error );
        return 0;
    }
    $self->p->updateSession( $req, { _2fDevices => $kept } );
    return 1;
}

1;
