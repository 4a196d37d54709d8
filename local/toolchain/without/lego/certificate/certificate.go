// Package certificate names certificates and how they are asked for.
package certificate

import (
	"crypto"
	"time"
)

// Resource is a certificate.
type Resource struct {
	Domain, CertURL, CertStableURL                  string
	PrivateKey, Certificate, IssuerCertificate, CSR []byte
}

// ObtainRequest asks for a certificate.
type ObtainRequest struct {
	Domains, EmailAddresses []string
	PrivateKey              crypto.PrivateKey
	MustStaple, Bundle      bool
	NotBefore, NotAfter     time.Time
	PreferredChain, Profile string
}

// RenewOptions ask for its renewal.
type RenewOptions struct {
	EmailAddresses          []string
	MustStaple, Bundle      bool
	NotBefore, NotAfter     time.Time
	PreferredChain, Profile string
}
