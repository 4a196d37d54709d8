package kubernetes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/release"
	"k8s.io/client-go/discovery"
)

// chartOptions are what helm.v3.Chart sends; charts come from folders or archives of this machine only.
type chartOptions struct {
	Path             string         `json:"path"`
	Chart            string         `json:"chart"`
	Release          string         `json:"release_name"`
	Namespace        string         `json:"namespace"`
	Values           map[string]any `json:"values"`
	KubeVersion      string         `json:"kube_version"`
	APIVersions      []string       `json:"api_versions"`
	SkipCRDs         bool           `json:"skip_crd_rendering"`
	IncludeTestHooks bool           `json:"include_test_hook_resources"`
}

// templateChart renders a chart as `helm template` does: no cluster is asked except for its version.
func (p *Provider) templateChart(text string) ([]map[string]any, error) {
	var options chartOptions
	if err := json.Unmarshal([]byte(text), &options); err != nil {
		return nil, fmt.Errorf("helm:template, jsonOpts: %w", err)
	}
	if options.Path == "" {
		return nil, unsupported("chart " + options.Chart + " from a repository")
	}
	source, err := loader.Load(options.Path)
	if err != nil {
		return nil, fmt.Errorf("chart %s: %w", options.Path, err)
	}
	if wanted := source.Metadata.Dependencies; wanted != nil {
		if err := action.CheckDependencies(source, wanted); err != nil {
			return nil, fmt.Errorf("chart %s: %w", options.Path, err)
		}
	}
	rendered, err := p.render(source, options)
	if err != nil {
		return nil, fmt.Errorf("chart %s: %w", options.Path, err)
	}
	return decodeYAML(manifestOf(rendered, options.IncludeTestHooks), options.Namespace)
}

func (p *Provider) render(source *chart.Chart, options chartOptions) (*release.Release, error) {
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.DryRun, install.ClientOnly, install.Replace = true, true, true
	install.IncludeCRDs = !options.SkipCRDs
	install.ReleaseName = options.Release
	install.Namespace = options.Namespace
	if install.Namespace == "" {
		install.Namespace = p.cluster.namespace
	}
	install.APIVersions = options.APIVersions
	version, err := p.kubeVersion(options.KubeVersion)
	if err != nil {
		return nil, err
	}
	install.KubeVersion = version
	values := options.Values
	if values == nil {
		values = map[string]any{}
	}
	return install.Run(source, values)
}

// kubeVersion is what templates see as .Capabilities.KubeVersion: the given one, else the cluster's, else Helm's own.
func (p *Provider) kubeVersion(given string) (*chartutil.KubeVersion, error) {
	if given != "" {
		return chartutil.ParseKubeVersion(given)
	}
	if p.cluster.unreachable != nil {
		return nil, nil
	}
	client, err := discovery.NewDiscoveryClientForConfig(p.cluster.config)
	if err != nil {
		return nil, err
	}
	version, err := client.ServerVersion()
	if err != nil {
		return nil, err
	}
	return chartutil.ParseKubeVersion(version.GitVersion)
}

// manifestOf is the rendered text with hooks as plain objects, tests left out unless they are asked for.
func manifestOf(rendered *release.Release, tests bool) string {
	parts := []string{rendered.Manifest}
	for _, hook := range rendered.Hooks {
		if tests || !slices.Contains(hook.Events, release.HookTest) {
			parts = append(parts, hook.Manifest)
		}
	}
	return strings.Join(parts, "\n---\n")
}
