// Package registration names accounts with an authority.
package registration

import "crypto"

// Resource is an account.
type Resource struct {
	URI string `json:"uri,omitempty"`
}

// User is whose account it is.
type User interface {
	GetEmail() string
	GetRegistration() *Resource
	GetPrivateKey() crypto.PrivateKey
}

// RegisterOptions are what a new account agrees to.
type RegisterOptions struct {
	TermsOfServiceAgreed bool
}

// RegisterEABOptions are those with an account that exists elsewhere.
type RegisterEABOptions struct {
	TermsOfServiceAgreed bool
	Kid, HmacEncoded     string
}
