// Package tlsalpn01 names the options of challenges over TLS.
package tlsalpn01

import (
	"errors"
	"time"
)

// ACMETLS1Protocol is the protocol of such a challenge (RFC 8737): Traefik keeps its connections apart by it.
const ACMETLS1Protocol = "acme-tls/1"

// ChallengeOption is read by nobody.
type ChallengeOption struct{}

// SetDelay changes nothing.
func SetDelay(time.Duration) ChallengeOption { return ChallengeOption{} }

// ChallengeBlocks fails: there are no challenges.
func ChallengeBlocks(string, string) (certificate, key []byte, err error) {
	return nil, nil, errors.New("this build of Traefik asks no certificate authority")
}
