package kubernetes

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
)

func conditions(entries ...map[string]any) []any {
	var list []any
	for _, entry := range entries {
		list = append(list, entry)
	}
	return list
}

func live(apiVersion, kind string, spec, status map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": apiVersion, "kind": kind,
		"metadata": map[string]any{"name": "a", "namespace": "n", "generation": int64(1)},
		"spec":     spec, "status": status,
	}}
}

func sceneOf(t *testing.T, main *unstructured.Unstructured, others map[schema.GroupVersionResource][]*unstructured.Unstructured) *scene {
	t.Helper()
	stage := &scene{began: time.Now(), main: newStore(), others: map[schema.GroupVersionResource]cache.Store{}}
	if err := stage.main.Add(main); err != nil {
		t.Fatal(err)
	}
	for kind, objects := range others {
		stage.others[kind] = newStore()
		for _, object := range objects {
			if err := stage.others[kind].Add(object); err != nil {
				t.Fatal(err)
			}
		}
	}
	return stage
}

func TestDeploymentRule(t *testing.T) {
	fine := func() map[string]any {
		return map[string]any{
			"observedGeneration": int64(1), "readyReplicas": int64(2), "updatedReplicas": int64(2),
			"conditions": conditions(
				map[string]any{"type": "Available", "status": "True"},
				map[string]any{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}),
		}
	}
	for what, test := range map[string]struct {
		change func(status map[string]any)
		ready  bool
	}{
		"all is there":     {func(map[string]any) {}, true},
		"not seen yet":     {func(s map[string]any) { s["observedGeneration"] = int64(0) }, false},
		"one pod is ready": {func(s map[string]any) { s["readyReplicas"] = int64(1) }, false},
		"the rollout is under way": {func(s map[string]any) {
			s["conditions"] = conditions(
				map[string]any{"type": "Available", "status": "True"},
				map[string]any{"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"})
		}, false},
	} {
		status := fine()
		test.change(status)
		object := live("apps/v1", "Deployment", map[string]any{"replicas": int64(2)}, status)
		if got := deployment(sceneOf(t, object, nil)); got.ready != test.ready {
			t.Errorf("%s: ready is %v (%s)", what, got.ready, got.waiting)
		}
	}
}

func TestDeploymentRuleLeavesARecreateUpdateEarly(t *testing.T) {
	revised := func(kind, revision string, spec, status map[string]any) *unstructured.Unstructured {
		object := live("apps/v1", kind, spec, status)
		object.SetUID("of-" + types.UID(kind))
		object.SetAnnotations(map[string]string{"deployment.kubernetes.io/revision": revision})
		return object
	}
	recreated := func(strategy, revision string) *unstructured.Unstructured {
		return revised("Deployment", revision,
			map[string]any{"replicas": int64(1), "strategy": map[string]any{"type": strategy}},
			map[string]any{"observedGeneration": int64(1)})
	}
	set := func(replicas int64, status map[string]any) *unstructured.Unstructured {
		object := revised("ReplicaSet", "1", map[string]any{"replicas": replicas}, status)
		yes := true
		object.SetOwnerReferences([]metav1.OwnerReference{{Kind: "Deployment", Name: "a", UID: "of-Deployment", Controller: &yes}})
		return object
	}
	for what, test := range map[string]struct {
		before, now, set *unstructured.Unstructured
		ready            bool
	}{
		"the old one is empty":        {recreated("Recreate", "1"), recreated("Recreate", "1"), set(0, nil), true},
		"the old one still runs":      {recreated("Recreate", "1"), recreated("Recreate", "1"), set(0, map[string]any{"readyReplicas": int64(1)}), false},
		"there is a new one":          {recreated("Recreate", "1"), recreated("Recreate", "2"), set(0, nil), false},
		"it is created":               {nil, recreated("Recreate", "1"), set(0, nil), false},
		"it is of the other strategy": {recreated("RollingUpdate", "1"), recreated("RollingUpdate", "1"), set(0, nil), false},
		"the old one was not scaled":  {recreated("Recreate", "1"), recreated("Recreate", "1"), set(1, nil), false},
	} {
		stage := sceneOf(t, test.now, map[schema.GroupVersionResource][]*unstructured.Unstructured{replicaSetResource: {test.set}})
		stage.before = test.before
		if got := deployment(stage); got.ready != test.ready {
			t.Errorf("%s: ready is %v (%s)", what, got.ready, got.waiting)
		}
	}
}

func TestJobRule(t *testing.T) {
	for reason, fails := range map[string]bool{
		"BackoffLimitExceeded": true, "DeadlineExceeded": true, "PodFailurePolicy": false,
	} {
		object := live("batch/v1", "Job", nil, map[string]any{
			"conditions": conditions(map[string]any{"type": "Failed", "status": "True", "reason": reason}),
		})
		if got := job(object); (len(got.failed) > 0) != fails || got.ready {
			t.Errorf("%s: %+v", reason, got)
		}
	}
	object := live("batch/v1", "Job", nil, map[string]any{
		"conditions": conditions(map[string]any{"type": "Complete", "status": "True"}),
	})
	if !job(object).ready {
		t.Error("a complete Job is not ready")
	}
}

func endpoint(ready bool) map[string]any {
	return map[string]any{"conditions": map[string]any{"ready": ready}}
}

func TestServiceRule(t *testing.T) {
	behind := map[string]any{"clusterIP": "10.0.0.1", "selector": map[string]any{"app": "a"}}
	slice := func(endpoints ...any) map[schema.GroupVersionResource][]*unstructured.Unstructured {
		object := live("discovery.k8s.io/v1", "EndpointSlice", nil, nil)
		object.Object["endpoints"] = endpoints
		return map[schema.GroupVersionResource][]*unstructured.Unstructured{sliceResource: {object}}
	}
	service := func(spec map[string]any, others map[schema.GroupVersionResource][]*unstructured.Unstructured) verdict {
		return service(sceneOf(t, live("v1", "Service", spec, nil), others))
	}
	if !service(behind, slice(endpoint(true))).ready {
		t.Error("a Service with a ready endpoint is not ready")
	}
	if service(behind, slice(endpoint(true), endpoint(false))).ready {
		t.Error("a Service with an unready endpoint is ready")
	}
	if got := service(behind, slice()); got.ready || got.again == 0 {
		t.Errorf("a Service without endpoints must wait for them a while: %+v", got)
	}
	if !service(map[string]any{"clusterIP": "None", "selector": map[string]any{"app": "a"}}, nil).ready {
		t.Error("a headless Service is not ready at once")
	}
	if service(map[string]any{"type": "LoadBalancer", "clusterIP": "10.0.0.1"}, nil).ready {
		t.Error("a LoadBalancer without an address is ready")
	}
}

func TestClaimRule(t *testing.T) {
	class := func(mode string) map[schema.GroupVersionResource][]*unstructured.Unstructured {
		object := live("storage.k8s.io/v1", "StorageClass", nil, nil)
		object.Object["volumeBindingMode"] = mode
		return map[schema.GroupVersionResource][]*unstructured.Unstructured{classResource: {object}}
	}
	pending := live("v1", "PersistentVolumeClaim", map[string]any{"storageClassName": "a"}, map[string]any{"phase": "Pending"})
	if !claim(sceneOf(t, pending, class("WaitForFirstConsumer"))).ready {
		t.Error("a claim that waits for its consumer is not ready")
	}
	if claim(sceneOf(t, pending, class("Immediate"))).ready {
		t.Error("a pending claim is ready")
	}
}

func TestWaitFor(t *testing.T) {
	object := live("v1", "X", nil, map[string]any{
		"phase": "Done", "conditions": conditions(map[string]any{"type": "Ready", "status": "True"}),
	})
	for text, ready := range map[string]bool{
		"condition=Ready": true, "condition=Ready=False": false, "jsonpath={.status.phase}=Done": true,
		"jsonpath={.status.phase}=Other": false, "jsonpath={.status.absent}": false,
		`["condition=Ready","jsonpath={.status.phase}"]`: true,
	} {
		wanted, err := parseWaitFor(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := wanted.decide(object).ready; got != ready {
			t.Errorf("%s: ready is %v", text, got)
		}
	}
	object.SetGeneration(2)
	for observed, ready := range map[int64]bool{1: false, 2: true} {
		if err := unstructured.SetNestedField(object.Object, observed, "status", "observedGeneration"); err != nil {
			t.Fatal(err)
		}
		wanted, err := parseWaitFor("jsonpath={.status.phase}=Done")
		if err != nil {
			t.Fatal(err)
		}
		if got := wanted.decide(object).ready; got != ready {
			t.Errorf("generation %d of 2 observed: ready is %v", observed, got)
		}
	}
	for _, text := range []string{"ready", "jsonpath=.status", `["a"`} {
		if _, err := parseWaitFor(text); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
}
