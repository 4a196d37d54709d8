package kubernetes

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// BenchmarkUnchangedDeployment is what a preview costs in this provider for one object that did not change.
func BenchmarkUnchangedDeployment(b *testing.B) {
	container := map[string]any{
		"name": "c", "image": "i", "env": []any{map[string]any{"name": "A", "value": "1"}},
		"resources": map[string]any{"requests": map[string]any{"cpu": "1000m", "memory": "1024Mi"}},
	}
	inputs := properties(object("apps/v1", "Deployment", spec(map[string]any{
		"replicas": int64(2), "selector": map[string]any{"matchLabels": map[string]any{"a": "1"}},
		"template": map[string]any{
			"metadata": map[string]any{"labels": map[string]any{"a": "1"}},
			"spec":     map[string]any{"containers": []any{container, container, container}},
		},
	})))
	p := &Provider{cluster: &cluster{namespace: "home"}}
	for b.Loop() {
		checked, err := p.Check(b.Context(), plugin.CheckRequest{Name: "d", Olds: inputs, News: inputs})
		if err != nil {
			b.Fatal(err)
		}
		diff, err := p.Diff(b.Context(), plugin.DiffRequest{
			OldInputs: checked.Properties, OldOutputs: checked.Properties, NewInputs: checked.Properties,
		})
		if err != nil || diff.Changes != plugin.DiffNone {
			b.Fatal(diff, err)
		}
	}
}
