package kubernetes

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	claimResource      = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumeclaims"}
	replicaSetResource = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "replicasets"}
)

var deploymentRule = rule{
	watches: func(object *unstructured.Unstructured) []selection {
		watched := []selection{{kind: replicaSetResource}}
		if len(claimNames(object)) > 0 {
			watched = append(watched, selection{kind: claimResource})
		}
		return watched
	},
	decide:  deployment,
	explain: explainPods,
}

// deployment is ready when its newest ReplicaSet is: the controller has seen this version, enough pods are available,
// a rollout (revision 2 and later) is complete, and every claim of its pods is bound.
func deployment(s *scene) verdict {
	object := s.object()
	if !observed(object) {
		return verdict{waiting: "waiting for the controller to see this version"}
	}
	if emptied(s) {
		return verdict{ready: true, warning: fmt.Sprintf("Replicas scaled to 0 for Deployment %q", object.GetName())}
	}
	wanted := replicas(object)
	ready, updated := count(object, "readyReplicas"), count(object, "updatedReplicas")
	available := condition(object, "Available")
	switch {
	case updated < wanted || ready < wanted:
		return verdict{waiting: fmt.Sprintf("waiting for app ReplicaSet to be available (%d/%d Pods available)", min(ready, updated), wanted)}
	case available.status != "True":
		return verdict{waiting: "minimum number of Pods is not available: " + available.text()}
	}
	if revisionOf(object) != "1" {
		if progress := condition(object, "Progressing"); progress.reason != "NewReplicaSetAvailable" {
			return verdict{waiting: "waiting for the rollout: " + progress.text()}
		}
	}
	return claimsBound(s, claimNames(object))
}

// emptied is where the official provider ends its wait for an update with the strategy Recreate: the old ReplicaSet has
// gone to zero, there is no new one yet, so the revision is that of before and all of its zero pods are ready.
// Source: checkReplicaSetStatus of provider/pkg/await/deployment.go, 4.34.
func emptied(s *scene) bool {
	object := s.object()
	strategy, _, _ := unstructured.NestedString(object.Object, "spec", "strategy", "type")
	if s.before == nil || strategy != "Recreate" || revisionOf(object) != revisionOf(s.before) {
		return false
	}
	for _, set := range s.list(replicaSetResource) {
		if owner := metav1.GetControllerOf(set); owner == nil || owner.UID != object.GetUID() {
			continue
		}
		if revisionOf(set) == revisionOf(object) {
			return replicas(set) == 0 && count(set, "readyReplicas") == 0
		}
	}
	return false
}

func revisionOf(object *unstructured.Unstructured) string {
	return object.GetAnnotations()["deployment.kubernetes.io/revision"]
}

func claimsBound(s *scene, names []string) verdict {
	phases := map[string]string{}
	if len(names) > 0 {
		for _, claim := range s.list(claimResource) {
			phases[claim.GetName()] = phase(claim)
		}
	}
	for _, name := range names {
		if phases[name] != "Bound" {
			return verdict{waiting: fmt.Sprintf("waiting for PersistentVolumeClaim %s to be Bound", name)}
		}
	}
	return verdict{ready: true}
}

// claimNames are the PersistentVolumeClaims that the pods of a workload mount.
func claimNames(object *unstructured.Unstructured) []string {
	volumes, _, _ := unstructured.NestedSlice(object.Object, "spec", "template", "spec", "volumes")
	var names []string
	for _, item := range volumes {
		volume, ok := item.(map[string]any)
		if !ok {
			continue
		}
		if name, found, _ := unstructured.NestedString(volume, "persistentVolumeClaim", "claimName"); found {
			names = append(names, name)
		}
	}
	return names
}

// statefulSet is ready when all its pods are, all of one revision; with OnDelete the revisions may differ.
func statefulSet(object *unstructured.Unstructured) verdict {
	if !observed(object) {
		return verdict{waiting: "waiting for the controller to see this version"}
	}
	wanted := replicas(object)
	strategy, _, _ := unstructured.NestedString(object.Object, "spec", "updateStrategy", "type")
	onDelete := strategy == "OnDelete" && object.GetGeneration() > 1
	fields := []string{"replicas", "readyReplicas"}
	if !onDelete {
		fields = append(fields, "currentReplicas")
	}
	for _, field := range fields {
		if count(object, field) != wanted {
			return verdict{waiting: fmt.Sprintf("waiting for Pods: %s is %d of %d", field, count(object, field), wanted)}
		}
	}
	now, _, _ := unstructured.NestedString(object.Object, "status", "currentRevision")
	next, _, _ := unstructured.NestedString(object.Object, "status", "updateRevision")
	if !onDelete && now != next {
		return verdict{waiting: fmt.Sprintf("waiting for the rollout from revision %s to %s", now, next)}
	}
	return verdict{ready: true}
}

// daemonSet is ready when kstatus says so.
func daemonSet(object *unstructured.Unstructured) verdict { return current(object) }

// pod is ready when it is Ready or has succeeded.
func pod(object *unstructured.Unstructured) verdict {
	ready := condition(object, "Ready")
	switch {
	case phase(object) == "Succeeded", ready.status == "True":
		return verdict{ready: true}
	case phase(object) == "":
		return verdict{waiting: "waiting for the Pod to be scheduled"}
	default:
		return verdict{waiting: strings.TrimSpace(fmt.Sprintf("the Pod is %s; %s", phase(object), ready.text()))}
	}
}

// job is ready when it is complete, and fails at once for the two reasons after which it never will be.
func job(object *unstructured.Unstructured) verdict {
	if complete := condition(object, "Complete"); complete.status == "True" {
		return verdict{ready: true}
	}
	failed := condition(object, "Failed")
	if failed.status == "True" && (failed.reason == "BackoffLimitExceeded" || failed.reason == "DeadlineExceeded") {
		return verdict{failed: []string{"the Job failed: " + failed.text()}}
	}
	return verdict{waiting: fmt.Sprintf(
		"waiting for the Job to complete (%d active, %d succeeded, %d failed)",
		count(object, "active"), count(object, "succeeded"), count(object, "failed"))}
}

// observed tells that the controller's status is about this version of the object.
func observed(object *unstructured.Unstructured) bool {
	return count(object, "observedGeneration") >= object.GetGeneration()
}

// replicas is how many pods are wanted; the API's default is one.
func replicas(object *unstructured.Unstructured) int64 {
	wanted, found, _ := unstructured.NestedInt64(object.Object, "spec", "replicas")
	if !found {
		return 1
	}
	return wanted
}

func count(object *unstructured.Unstructured, field string) int64 {
	number, _, _ := unstructured.NestedInt64(object.Object, "status", field)
	return number
}

func phase(object *unstructured.Unstructured) string {
	text, _, _ := unstructured.NestedString(object.Object, "status", "phase")
	return text
}
