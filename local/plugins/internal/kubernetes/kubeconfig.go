package kubernetes

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// loadKubeconfig reads the kubeconfig that the settings point to: its text, a path, or what kubectl would use.
func (s settings) loadKubeconfig() (clientcmd.ClientConfig, error) {
	overrides := &clientcmd.ConfigOverrides{CurrentContext: s.context}
	overrides.Context.Cluster = s.clusterName
	if s.kubeconfig == "" {
		return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
			clientcmd.NewDefaultClientConfigLoadingRules(), overrides), nil
	}
	config, err := parseKubeconfig(s.kubeconfig)
	if err != nil {
		return nil, err
	}
	return clientcmd.NewDefaultClientConfig(*config, overrides), nil
}

// parseKubeconfig takes the text of a kubeconfig or the path of one.
func parseKubeconfig(value string) (*api.Config, error) {
	content := []byte(value)
	if isPath(value) {
		path := value
		if rest, found := strings.CutPrefix(path, "~/"); found {
			home, err := os.UserHomeDir()
			if err != nil {
				return nil, err
			}
			path = filepath.Join(home, rest)
		}
		read, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading the kubeconfig: %w", err)
		}
		content = read
	}
	config, err := clientcmd.Load(content)
	if err != nil {
		return nil, fmt.Errorf("parsing the kubeconfig: %w", err)
	}
	return config, nil
}

// isPath tells a path from YAML or JSON text: a kubeconfig has several lines or starts with a brace.
func isPath(value string) bool {
	trimmed := strings.TrimSpace(value)
	return !strings.ContainsAny(trimmed, "\n{") && !strings.Contains(trimmed, ": ")
}

// activeCluster gives the cluster entry in use: the server and how it is trusted, but not who speaks to it.
func (s settings) activeCluster() (*api.Cluster, error) {
	loader, err := s.loadKubeconfig()
	if err != nil {
		return nil, err
	}
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, err
	}
	name := s.clusterName
	if name == "" {
		current := s.context
		if current == "" {
			current = raw.CurrentContext
		}
		context, ok := raw.Contexts[current]
		if !ok {
			return nil, fmt.Errorf("the kubeconfig has no context %q", current)
		}
		name = context.Cluster
	}
	entry, ok := raw.Clusters[name]
	if !ok {
		return nil, fmt.Errorf("the kubeconfig has no cluster %q", name)
	}
	entry.LocationOfOrigin = ""
	return entry, nil
}

// sameCluster compares the active cluster entries of two configurations. What cannot be read counts as the same,
// because a replacement of everything needs a better reason than a missing context.
func sameCluster(a, b settings) bool {
	first, errFirst := a.activeCluster()
	second, errSecond := b.activeCluster()
	if errFirst != nil || errSecond != nil {
		return true
	}
	return reflect.DeepEqual(first, second)
}
