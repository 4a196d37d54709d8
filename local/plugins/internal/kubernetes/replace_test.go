package kubernetes

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

func object(apiVersion, kind string, fields map[string]any) map[string]any {
	result := map[string]any{
		"apiVersion": apiVersion, "kind": kind,
		"metadata": map[string]any{"name": "a", "namespace": "n", "labels": map[string]any{"l": "1"}},
	}
	for key, value := range fields {
		result[key] = value
	}
	return result
}

func spec(fields map[string]any) map[string]any { return map[string]any{"spec": fields} }

func diffOf(t *testing.T, s settings, olds, news map[string]any) plugin.DiffResult {
	t.Helper()
	p := &Provider{settings: s}
	inputs := properties(olds)
	result, err := p.Diff(t.Context(), plugin.DiffRequest{
		OldInputs: inputs, OldOutputs: inputs.Copy(), NewInputs: properties(news),
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func replacesAt(result plugin.DiffResult) []string {
	var paths []string
	for path, change := range result.DetailedDiff {
		if change.Kind.IsReplace() {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

func TestReplacementTable(t *testing.T) {
	mutable := settings{configMapMutable: true, secretMutable: true}
	list := func(values ...any) []any { return values }
	for _, test := range []struct {
		what             string
		settings         settings
		apiVersion, kind string
		olds, news       map[string]any
		want             []string
	}{
		{"a Deployment's selector", settings{}, "apps/v1", "Deployment",
			spec(map[string]any{"selector": map[string]any{"matchLabels": map[string]any{"a": "1"}}}),
			spec(map[string]any{"selector": map[string]any{"matchLabels": map[string]any{"a": "2"}}}),
			[]string{"spec.selector.matchLabels.a"}},
		{"a Deployment's replicas", settings{}, "apps/v1", "Deployment",
			spec(map[string]any{"replicas": int64(1)}), spec(map[string]any{"replicas": int64(2)}), nil},
		{"a StatefulSet's claims", settings{}, "apps/v1", "StatefulSet",
			spec(map[string]any{"volumeClaimTemplates": list(map[string]any{"a": "1"})}),
			spec(map[string]any{"volumeClaimTemplates": list()}), []string{"spec.volumeClaimTemplates[0]"}},
		{"a Job's template", settings{}, "batch/v1", "Job",
			spec(map[string]any{"template": map[string]any{"a": "1"}}),
			spec(map[string]any{"template": map[string]any{"a": "2"}}), []string{"spec.template.a"}},
		{"a CronJob's template", settings{}, "batch/v1", "CronJob",
			spec(map[string]any{"jobTemplate": map[string]any{"a": "1"}}),
			spec(map[string]any{"jobTemplate": map[string]any{"a": "2"}}), nil},
		{"a Pod's image", settings{}, "v1", "Pod",
			spec(map[string]any{"containers": list(map[string]any{"image": "a"})}),
			spec(map[string]any{"containers": list(map[string]any{"image": "b"})}), []string{"spec.containers[0].image"}},
		{"a claim's size", settings{}, "v1", "PersistentVolumeClaim",
			spec(map[string]any{"resources": map[string]any{"requests": map[string]any{"storage": "1Gi"}}}),
			spec(map[string]any{"resources": map[string]any{"requests": map[string]any{"storage": "2Gi"}}}), nil},
		{"a claim's class", settings{}, "v1", "PersistentVolumeClaim",
			spec(map[string]any{"storageClassName": "a"}), spec(map[string]any{"storageClassName": "b"}),
			[]string{"spec.storageClassName"}},
		{"a Service's type", settings{}, "v1", "Service",
			spec(map[string]any{"type": "ClusterIP"}), spec(map[string]any{"type": "NodePort"}), nil},
		{"a binding's role", settings{}, "rbac.authorization.k8s.io/v1", "RoleBinding",
			map[string]any{"roleRef": map[string]any{"name": "a"}}, map[string]any{"roleRef": map[string]any{"name": "b"}},
			[]string{"roleRef.name"}},
		{"an Ingress's class", settings{}, "networking.k8s.io/v1", "Ingress",
			spec(map[string]any{"ingressClassName": "a"}), spec(map[string]any{"ingressClassName": "b"}), nil},
		{"a ConfigMap's data", settings{}, "v1", "ConfigMap",
			map[string]any{"data": map[string]any{"a": "1"}}, map[string]any{"data": map[string]any{}}, []string{"data.a"}},
		{"a mutable ConfigMap's data", mutable, "v1", "ConfigMap",
			map[string]any{"data": map[string]any{"a": "1"}}, map[string]any{"data": map[string]any{"a": "2"}}, nil},
		{"a ConfigMap that says immutable", mutable, "v1", "ConfigMap",
			map[string]any{"immutable": true, "data": map[string]any{"a": "1"}},
			map[string]any{"immutable": true, "data": map[string]any{"a": "2"}}, []string{"data.a"}},
		{"a mutable Secret's type", mutable, "v1", "Secret",
			map[string]any{"type": "a"}, map[string]any{"type": "b"}, []string{"type"}},
		{"a custom resource's spec", settings{}, "example.org/v1", "Secret",
			spec(map[string]any{"data": "1"}), spec(map[string]any{"data": "2"}), nil},
	} {
		t.Run(test.what, func(t *testing.T) {
			result := diffOf(t, test.settings,
				object(test.apiVersion, test.kind, test.olds), object(test.apiVersion, test.kind, test.news))
			if result.Changes != plugin.DiffSome {
				t.Fatal("no difference was found")
			}
			if got := replacesAt(result); !slices.Equal(got, test.want) {
				t.Errorf("replaced because of %v, not %v", got, test.want)
			}
			if result.DeleteBeforeReplace != (len(test.want) > 0) {
				t.Errorf("deleteBeforeReplace is %v", result.DeleteBeforeReplace)
			}
		})
	}
}

func TestReplacementOfANamedObject(t *testing.T) {
	olds := object("v1", "ConfigMap", nil)
	news := object("v1", "ConfigMap", map[string]any{"metadata": map[string]any{"name": "b", "namespace": "n"}})
	result := diffOf(t, settings{}, olds, news)
	if got := replacesAt(result); !slices.Equal(got, []string{"metadata.name"}) {
		t.Errorf("replaced because of %v", got)
	}
	if result.DeleteBeforeReplace {
		t.Error("objects of two names can exist together")
	}
}

func TestUnknownAboveAFieldReplaces(t *testing.T) {
	olds := object("apps/v1", "Deployment", spec(map[string]any{"selector": map[string]any{}}))
	for kind, wanted := range map[string]bool{"Deployment": true, "CronJob": false, "Service": false} {
		news := properties(olds)
		news["kind"] = resource.NewProperty(kind)
		if kind != "Deployment" {
			news["apiVersion"] = resource.NewProperty("v1")
		}
		news["spec"] = resource.MakeComputed(resource.NewProperty(""))
		p := &Provider{}
		result, err := p.Diff(t.Context(), plugin.DiffRequest{OldInputs: properties(olds), NewInputs: news})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(replacesAt(result), "spec"); got != wanted {
			t.Errorf("%s: replaced because of an unknown spec: %v", kind, got)
		}
	}
}

func TestNothingChanges(t *testing.T) {
	inputs := object("apps/v1", "Deployment", spec(map[string]any{
		"replicas": int64(1), "empty": []any{}, "list": []any{map[string]any{"name": "a"}},
	}))
	live := object("apps/v1", "Deployment", spec(map[string]any{
		"replicas": int64(1), "empty": nil, "byServer": "x",
		"list": []any{map[string]any{"name": "a", "default": true}, map[string]any{"name": "added"}},
	}))
	p := &Provider{}
	result, err := p.Diff(t.Context(), plugin.DiffRequest{
		OldInputs: properties(inputs), OldOutputs: properties(live), NewInputs: properties(inputs),
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Changes != plugin.DiffNone {
		t.Errorf("differences: %v", result.DetailedDiff)
	}
}
