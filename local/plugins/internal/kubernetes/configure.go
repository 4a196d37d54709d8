package kubernetes

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// CheckConfig refuses configuration that the local plugin does not understand or support.
func (p *Provider) CheckConfig(
	_ context.Context, req plugin.CheckConfigRequest,
) (plugin.CheckConfigResponse, error) {
	if _, err := readSettings(req.News); err != nil {
		return plugin.CheckConfigResponse{}, err
	}
	return plugin.CheckConfigResponse{Properties: req.News}, nil
}

// DiffConfig asks for a replacement, and so of every object, only when another cluster is meant.
func (p *Provider) DiffConfig(_ context.Context, req plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	diff := req.OldInputs.Diff(req.NewInputs)
	if diff == nil {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	result := plugin.DiffResult{Changes: plugin.DiffSome}
	for _, key := range diff.ChangedKeys() {
		result.ChangedKeys = append(result.ChangedKeys, key)
	}
	replace, err := replacesCluster(req.OldInputs, req.NewInputs)
	if err != nil {
		return plugin.DiffResult{}, err
	}
	if replace != "" {
		result.ReplaceKeys = []resource.PropertyKey{replace}
	}
	return result, nil
}

// replacesCluster names the setting through which another cluster is meant, or nothing.
func replacesCluster(olds, news resource.PropertyMap) (resource.PropertyKey, error) {
	before, err := readSettings(olds)
	if err != nil {
		return "", err
	}
	after, err := readSettings(news)
	if err != nil {
		return "", err
	}
	if before.clusterIdentifier != "" && after.clusterIdentifier != "" {
		if before.clusterIdentifier != after.clusterIdentifier {
			return "clusterIdentifier", nil
		}
		return "", nil
	}
	for _, key := range []resource.PropertyKey{"kubeconfig", "context", "cluster"} {
		if value := field(news, key); value.IsComputed() || value.IsOutput() {
			return key, nil
		}
	}
	if before.kubeconfig == "" || after.kubeconfig == "" || sameCluster(before, after) {
		return "", nil
	}
	return "kubeconfig", nil
}

// Configure connects to the cluster. A cluster that does not answer is remembered, not refused: previews still work.
func (p *Provider) Configure(ctx context.Context, req plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	given, err := readSettings(req.Inputs)
	if err != nil {
		return plugin.ConfigureResponse{}, err
	}
	p.settings = given
	p.cluster = connect(ctx, given)
	return plugin.ConfigureResponse{}, nil
}
