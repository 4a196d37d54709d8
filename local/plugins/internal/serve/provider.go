package serve

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// providerServer completes what plugin.NewProviderServer leaves out of a diff: without the mark below the engine
// ignores the detailed diff and shows an empty one.
type providerServer struct {
	pulumirpc.ResourceProviderServer
}

// ProviderServer serves a provider written against the SDK's Go interface.
func ProviderServer(provider plugin.Provider) pulumirpc.ResourceProviderServer {
	return &providerServer{plugin.NewProviderServer(provider)}
}

// Diff marks the detailed diff as given and names the changed top-level properties.
func (p *providerServer) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	response, err := p.ResourceProviderServer.Diff(ctx, req)
	if err != nil || len(response.DetailedDiff) == 0 {
		return response, err
	}
	replaces := map[string]bool{}
	for _, path := range response.Replaces {
		replaces[path] = true
	}
	response.HasDetailedDiff = true
	response.Diffs = nil
	seen := map[string]bool{}
	for path, change := range response.DetailedDiff {
		if replaces[path] && change.Kind == pulumirpc.PropertyDiff_DELETE {
			change.Kind = pulumirpc.PropertyDiff_DELETE_REPLACE
		}
		if top := topLevel(path); !seen[top] {
			seen[top] = true
			response.Diffs = append(response.Diffs, top)
		}
	}
	return response, nil
}

func topLevel(path string) string {
	parsed, err := resource.ParsePropertyPath(path)
	if err == nil && len(parsed) > 0 {
		if key, ok := parsed[0].(string); ok {
			return key
		}
	}
	top, _, _ := strings.Cut(path, ".")
	return top
}
