// The official Kubernetes provider of Pulumi, as its own main does it (provider/cmd/pulumi-resource-kubernetes/main.go).
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

// Copied from the provider's module by build.ts: 7 MB that are its own.
//
//go:embed schema.json
var schema []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, []byte("{}"))
}
