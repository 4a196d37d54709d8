// Package http01 names the options of challenges over HTTP.
package http01

import "time"

// ChallengeOption is read by nobody.
type ChallengeOption struct{}

// SetDelay changes nothing.
func SetDelay(time.Duration) ChallengeOption { return ChallengeOption{} }

// ChallengePath is where an authority would look, as upstream's.
func ChallengePath(token string) string { return "/.well-known/acme-challenge/" + token }
