// Package dns01 names the options of challenges over DNS.
package dns01

import (
	"strings"
	"time"
)

// ChallengeOption is read by nobody.
type ChallengeOption struct{}

// AddRecursiveNameservers changes nothing.
func AddRecursiveNameservers([]string) ChallengeOption { return ChallengeOption{} }

// RecursiveNSsPropagationRequirement changes nothing.
func RecursiveNSsPropagationRequirement() ChallengeOption { return ChallengeOption{} }

// DisableAuthoritativeNssPropagationRequirement changes nothing.
func DisableAuthoritativeNssPropagationRequirement() ChallengeOption { return ChallengeOption{} }

// PropagationWait changes nothing.
func PropagationWait(time.Duration, bool) ChallengeOption { return ChallengeOption{} }

// UnFqdn is a name without its last dot, as upstream's: Traefik looks up certificates by it.
func UnFqdn(name string) string { return strings.TrimSuffix(name, ".") }
