package kubernetes

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// settings are the provider's own configuration. The node SDK sends true as "true" and objects as JSON text.
type settings struct {
	kubeconfig, context, clusterName, namespace string
	clusterIdentifier                           string
	configMapMutable, secretMutable             bool
	upsert, patchForce                          bool
	deleteUnreachable, skipUpdateUnreachable    bool
	qps                                         float64
	burst                                       int
	requestTimeout                              time.Duration
}

// clientSettings is the shape of kubeClientSettings.
type clientSettings struct {
	QPS     *float64 `json:"qps"`
	Burst   *int     `json:"burst"`
	Timeout *int     `json:"timeout"`
}

// readSettings reads the configuration, then the environment for what it leaves out.
func readSettings(props resource.PropertyMap) (settings, error) {
	var result settings
	for key, target := range map[resource.PropertyKey]*string{
		"kubeconfig": &result.kubeconfig, "context": &result.context, "cluster": &result.clusterName,
		"namespace": &result.namespace, "clusterIdentifier": &result.clusterIdentifier,
	} {
		text, err := textSetting(props, key)
		if err != nil {
			return settings{}, err
		}
		*target = text
	}
	for _, flag := range []struct {
		key      resource.PropertyKey
		variable string
		target   *bool
	}{
		{"enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE", &result.configMapMutable},
		{"enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE", &result.secretMutable},
		{"upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS", &result.upsert},
		{"enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE", &result.patchForce},
		{"deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE", &result.deleteUnreachable},
		{"skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE", &result.skipUpdateUnreachable},
	} {
		set, _, err := flagSetting(props, flag.key, flag.variable)
		if err != nil {
			return settings{}, err
		}
		*flag.target = set
	}
	if err := refuseSettings(props); err != nil {
		return settings{}, err
	}
	return result, result.readClientSettings(props)
}

// refuseSettings answers by name what the local plugin cannot do.
func refuseSettings(props resource.PropertyMap) error {
	if apply, given, err := flagSetting(props, "enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY"); err != nil {
		return err
	} else if given && !apply {
		return unsupported("enableServerSideApply: false")
	}
	if render, err := textSetting(props, "renderYamlToDirectory"); err != nil {
		return err
	} else if render != "" {
		return unsupported("renderYamlToDirectory")
	}
	return nil
}

// readClientSettings sets the request rate; without settings there is no limit, as the cluster is on this machine.
func (s *settings) readClientSettings(props resource.PropertyMap) error {
	s.qps, s.burst = -1, 0
	text, err := textSetting(props, "kubeClientSettings")
	if err != nil || text == "" {
		return err
	}
	var given clientSettings
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		return fmt.Errorf("kubeClientSettings: %w", err)
	}
	if given.QPS != nil {
		s.qps, s.burst = *given.QPS, int(*given.QPS)
	}
	if given.Burst != nil {
		s.burst = *given.Burst
	}
	if given.Timeout != nil {
		s.requestTimeout = time.Duration(*given.Timeout) * time.Second
	}
	return nil
}

// textSetting reads a text; an object or list is given back as its JSON.
func textSetting(props resource.PropertyMap, key resource.PropertyKey) (string, error) {
	value := field(props, key)
	switch {
	case value.IsNull(), value.IsComputed(), value.IsOutput():
		return "", nil
	case value.IsString():
		return value.StringValue(), nil
	default:
		plain, _ := revealValue(value)
		text, err := json.Marshal(plain)
		return string(text), err
	}
}

// flagSetting reads a switch from the configuration or, when it is absent there, from the environment.
func flagSetting(props resource.PropertyMap, key resource.PropertyKey, variable string) (set, given bool, err error) {
	text, err := textSetting(props, key)
	if err != nil {
		return false, false, err
	}
	source := string("kubernetes:" + key)
	if text == "" {
		text, source = os.Getenv(variable), variable
	}
	if text == "" {
		return false, false, nil
	}
	set, err = strconv.ParseBool(text)
	if err != nil {
		return false, false, fmt.Errorf("%s must be true or false, not %q", source, text)
	}
	return set, true, nil
}
