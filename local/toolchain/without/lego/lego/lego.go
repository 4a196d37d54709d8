// Package lego stands where the client of a certificate authority would be: none can be made.
package lego

import (
	"crypto/x509"
	"errors"
	"net/http"

	"github.com/go-acme/lego/v4/certcrypto"
	"github.com/go-acme/lego/v4/certificate"
	"github.com/go-acme/lego/v4/challenge"
	"github.com/go-acme/lego/v4/challenge/dns01"
	"github.com/go-acme/lego/v4/challenge/http01"
	"github.com/go-acme/lego/v4/challenge/tlsalpn01"
	"github.com/go-acme/lego/v4/registration"
)

// LEDirectoryProduction is the default of Traefik's setting.
const LEDirectoryProduction = "https://acme-v02.api.letsencrypt.org/directory"

var errNone = errors.New("this build of Traefik asks no certificate authority (local/toolchain/without)")

// Config is what a client would be made from.
type Config struct {
	CADirURL, UserAgent string
	User                registration.User
	HTTPClient          *http.Client
	Certificate         CertificateConfig
}

// CertificateConfig is what it would ask for.
type CertificateConfig struct {
	KeyType           certcrypto.KeyType
	DisableCommonName bool
}

// NewConfig is a configuration for a user.
func NewConfig(user registration.User) *Config { return &Config{User: user} }

// Client is never made.
type Client struct {
	Certificate  certifier
	Challenge    solvers
	Registration registrar
}

// NewClient fails.
func NewClient(*Config) (*Client, error) { return nil, errNone }

// CreateCertPool fails.
func CreateCertPool([]string, bool) (*x509.CertPool, error) { return nil, errNone }

type certifier struct{}

func (certifier) Obtain(certificate.ObtainRequest) (*certificate.Resource, error) {
	return nil, errNone
}

func (certifier) RenewWithOptions(certificate.Resource, *certificate.RenewOptions) (*certificate.Resource, error) {
	return nil, errNone
}

type solvers struct{}

func (solvers) SetDNS01Provider(challenge.Provider, ...dns01.ChallengeOption) error { return errNone }

func (solvers) SetHTTP01Provider(challenge.Provider, ...http01.ChallengeOption) error { return errNone }

func (solvers) SetTLSALPN01Provider(challenge.Provider, ...tlsalpn01.ChallengeOption) error {
	return errNone
}

type registrar struct{}

func (registrar) Register(registration.RegisterOptions) (*registration.Resource, error) {
	return nil, errNone
}

func (registrar) RegisterWithExternalAccountBinding(registration.RegisterEABOptions) (*registration.Resource, error) {
	return nil, errNone
}
