package kubernetes

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/fake"
)

// try is one pod of a Job that has failed with a message.
func try(name, message string, labels map[string]string, created time.Time) *unstructured.Unstructured {
	ended := map[string]any{"reason": "Error", "exitCode": int64(1), "message": message}
	pod := live("v1", "Pod", nil, map[string]any{
		"phase":             "Failed",
		"containerStatuses": []any{map[string]any{"name": "migrate", "state": map[string]any{"terminated": ended}}},
	})
	pod.SetName(name)
	pod.SetLabels(labels)
	pod.SetCreationTimestamp(metav1.NewTime(created))
	return pod
}

func TestAFailedJobIsExplainedByItsLastTry(t *testing.T) {
	ours := map[string]string{"controller-uid": "1"}
	start := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	pods := []runtime.Object{
		try("second", "no such table: statuses", ours, start.Add(time.Minute)),
		try("first", "the database does not answer yet", ours, start),
		try("another", "of another Job", map[string]string{"controller-uid": "2"}, start.Add(time.Hour)),
	}
	server := func(objects ...runtime.Object) *cluster {
		lists := map[schema.GroupVersionResource]string{podResource: "PodList"}
		return &cluster{dynamic: fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), lists, objects...)}
	}
	job := live("batch/v1", "Job", map[string]any{
		"selector": map[string]any{"matchLabels": map[string]any{"controller-uid": "1"}},
	}, nil)

	text := strings.Join(kindRules[job.GroupVersionKind().GroupKind()].explain(t.Context(), server(pods...), job), "\n")
	if want := "container migrate: [Error] no such table: statuses (exit code 1)"; !strings.Contains(text, want) {
		t.Errorf("%q does not say %q", text, want)
	}
	for _, other := range []string{"does not answer yet", "of another Job"} {
		if strings.Contains(text, other) {
			t.Errorf("%q tells of %q", text, other)
		}
	}
	if gone := fmt.Sprint(explainJob(t.Context(), server(), job)); gone != "[]" {
		t.Errorf("without pods there is nothing to tell: %s", gone)
	}
}
