package kubernetes

import (
	"context"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var podResource = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// explainPods says what is wrong with the pods of a workload.
func explainPods(ctx context.Context, c *cluster, object *unstructured.Unstructured) []string {
	wanted, _, _ := unstructured.NestedStringMap(object.Object, "spec", "selector", "matchLabels")
	if len(wanted) == 0 {
		return nil
	}
	pods, err := c.dynamic.Resource(podResource).Namespace(object.GetNamespace()).List(ctx, metav1.ListOptions{
		LabelSelector: labels.SelectorFromSet(wanted).String(),
	})
	if err != nil {
		return []string{"listing its Pods: " + err.Error()}
	}
	if len(pods.Items) == 0 {
		return []string{"it has no Pods: " + condition(object, "ReplicaFailure").text()}
	}
	var reasons []string
	for index := range pods.Items {
		reasons = append(reasons, explainPod(ctx, c, &pods.Items[index])...)
	}
	return reasons
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
