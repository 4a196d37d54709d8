package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var podResource = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// explainPods says what is wrong with the pods of a workload.
func explainPods(ctx context.Context, c *cluster, object *unstructured.Unstructured) []string {
	pods, err := podsOf(ctx, c, object)
	switch {
	case err != nil:
		return []string{"listing its Pods: " + err.Error()}
	case len(pods) == 0:
		return []string{"it has no Pods: " + condition(object, "ReplicaFailure").text()}
	}
	var reasons []string
	for index := range pods {
		reasons = append(reasons, explainPod(ctx, c, &pods[index])...)
	}
	return reasons
}

// explainJob says how the last try of a Job ended: its message is the end of the log where the pod asks for that.
func explainJob(ctx context.Context, c *cluster, object *unstructured.Unstructured) []string {
	pods, err := podsOf(ctx, c, object)
	switch {
	case err != nil:
		return []string{"listing its Pods: " + err.Error()}
	case len(pods) == 0:
		return nil
	}
	last := slices.MaxFunc(pods, func(a, b unstructured.Unstructured) int {
		return a.GetCreationTimestamp().Compare(b.GetCreationTimestamp().Time)
	})
	return explainPod(ctx, c, &last)
}

// podsOf lists the pods that a workload selects.
func podsOf(ctx context.Context, c *cluster, object *unstructured.Unstructured) ([]unstructured.Unstructured, error) {
	wanted, _, _ := unstructured.NestedStringMap(object.Object, "spec", "selector", "matchLabels")
	pods, err := c.dynamic.Resource(podResource).Namespace(object.GetNamespace()).List(ctx, metav1.ListOptions{
		LabelSelector: labels.SelectorFromSet(wanted).String(),
	})
	if err != nil {
		return nil, err
	}
	return pods.Items, nil
}

// explainPod says what keeps a pod from being ready: scheduling, or the state of each container.
func explainPod(_ context.Context, _ *cluster, object *unstructured.Unstructured) []string {
	if pod(object).ready {
		return nil
	}
	name := fmt.Sprintf("[Pod %s]", qualifiedName(object))
	if scheduled := condition(object, "PodScheduled"); scheduled.status == "False" {
		return []string{name + ": " + scheduled.text()}
	}
	reasons := []string{name + ": " + condition(object, "Ready").text()}
	for _, list := range []string{"initContainerStatuses", "containerStatuses"} {
		states, _, _ := unstructured.NestedSlice(object.Object, "status", list)
		for _, item := range states {
			if state, ok := item.(map[string]any); ok {
				if text := containerState(state); text != "" {
					reasons = append(reasons, fmt.Sprintf("%s: container %v: %s", name, state["name"], text))
				}
			}
		}
	}
	return reasons
}

func containerState(state map[string]any) string {
	for _, path := range [][]string{{"state", "waiting"}, {"state", "terminated"}, {"lastState", "terminated"}} {
		found, ok, _ := unstructured.NestedMap(state, path...)
		if !ok || found["reason"] == "Completed" {
			continue
		}
		text := fmt.Sprintf("[%v]", found["reason"])
		if message, ok := found["message"].(string); ok {
			text += " " + strings.TrimSpace(message)
		}
		if code, ok := found["exitCode"]; ok {
			text += fmt.Sprintf(" (exit code %v)", code)
		}
		return text
	}
	return ""
}
