package kubernetes

import (
	"os"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// The fixed times of the official provider, which no annotation or option changes.
const (
	volumeLimit = 5 * time.Minute
	quotaLimit  = time.Minute
	tokenLimit  = 5 * time.Second
)

// kindRules are the kinds that are waited for. All others are ready as soon as they exist.
var kindRules = map[schema.GroupKind]rule{
	{Group: "apps", Kind: "Deployment"}:           deploymentRule,
	{Group: "apps", Kind: "StatefulSet"}:          {decide: onObject(statefulSet), explain: explainPods},
	{Group: "apps", Kind: "DaemonSet"}:            {decide: onObject(daemonSet)},
	{Kind: "Pod"}:                                 {decide: onObject(pod), explain: explainPod},
	{Group: "batch", Kind: "Job"}:                 {decide: onObject(job), explain: explainJob},
	{Kind: "Service"}:                             serviceRule,
	{Group: "networking.k8s.io", Kind: "Ingress"}: ingressRule,
	{Kind: "PersistentVolumeClaim"}:               claimRule,
	{Kind: "PersistentVolume"}:                    {decide: onObject(volume), limit: volumeLimit, onlyInRuns: true},
	{Kind: "ResourceQuota"}:                       {decide: onObject(quota), limit: quotaLimit, onlyInRuns: true},
	{Kind: "ReplicationController"}:               {decide: onObject(current), explain: explainPods, onlyInRuns: true},
	{Kind: "Secret"}:                              {decide: onObject(token), limit: tokenLimit, onlyInRuns: true},
}

// ruleFor chooses how an object is waited for: its waitFor annotation, else the rule of its kind, else, when
// PULUMI_K8S_AWAIT_ALL is set, the general rule; nil means not at all.
func ruleFor(object *unstructured.Unstructured) (*rule, error) {
	if wanted := object.GetAnnotations()[waitFor]; wanted != "" {
		conditions, err := parseWaitFor(wanted)
		if err != nil {
			return nil, err
		}
		return &rule{decide: onObject(conditions.decide), terse: true}, nil
	}
	if found, ok := kindRules[object.GroupVersionKind().GroupKind()]; ok {
		return &found, nil
	}
	if os.Getenv("PULUMI_K8S_AWAIT_ALL") == "true" {
		return &rule{decide: onObject(current), terse: true}, nil
	}
	return nil, nil
}

// onObject makes a rule of something that looks at the waited object only.
func onObject(decide func(*unstructured.Unstructured) verdict) func(*scene) verdict {
	return func(s *scene) verdict { return decide(s.object()) }
}

// current is the general rule of kstatus.
func current(object *unstructured.Unstructured) verdict {
	result, err := status.Compute(object)
	switch {
	case err != nil:
		return verdict{failed: []string{err.Error()}}
	case result.Status == status.CurrentStatus:
		return verdict{ready: true}
	case result.Status == status.FailedStatus:
		return verdict{failed: []string{result.Message}}
	default:
		return verdict{waiting: result.Message}
	}
}

// quota is ready when the controller has taken its limits over.
func quota(object *unstructured.Unstructured) verdict {
	wanted, _, _ := unstructured.NestedMap(object.Object, "spec", "hard")
	counted, _, _ := unstructured.NestedMap(object.Object, "status", "hard")
	for name := range wanted {
		if _, ok := counted[name]; !ok {
			return verdict{waiting: "waiting for the quota controller to count " + name}
		}
	}
	return verdict{ready: true}
}

// token is ready when a service account token has been issued; every other Secret is ready at once.
func token(object *unstructured.Unstructured) verdict {
	kind, _, _ := unstructured.NestedString(object.Object, "type")
	_, issued, _ := unstructured.NestedString(object.Object, "data", "token")
	if kind != "kubernetes.io/service-account-token" || issued {
		return verdict{ready: true}
	}
	return verdict{waiting: "waiting for the service account token"}
}
