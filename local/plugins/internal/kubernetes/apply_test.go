package kubernetes

import (
	"context"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// busyQuota is a quota whose controller writes its status between each of the first looks and what follows it.
type busyQuota struct {
	dynamic.ResourceInterface
	object  *unstructured.Unstructured
	writes  int
	patches int
}

func (q *busyQuota) Get(context.Context, string, metav1.GetOptions, ...string) (*unstructured.Unstructured, error) {
	return q.object, nil
}

func (q *busyQuota) Patch(
	context.Context, string, types.PatchType, []byte, metav1.PatchOptions, ...string,
) (*unstructured.Unstructured, error) {
	q.patches++
	if q.writes == 0 {
		return q.object, nil
	}
	q.writes--
	return nil, apierrors.NewConflict(schema.GroupResource{Resource: "resourcequotas"}, "a", nil)
}

func TestTakeOverGoesOnWhenAControllerWroteMeanwhile(t *testing.T) {
	quota := live("v1", "ResourceQuota", map[string]any{}, map[string]any{})
	quota.SetManagedFields([]metav1.ManagedFieldsEntry{{
		Manager: "kubectl-patch", Operation: metav1.ManagedFieldsOperationUpdate,
		FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:spec":{}}`)},
	}})
	client := &busyQuota{object: quota, writes: 2}
	if err := takeOver(context.Background(), client, quota, "pulumi-kubernetes-1"); err != nil {
		t.Fatal(err)
	}
	if client.patches != 3 {
		t.Fatalf("%d patches", client.patches)
	}
}
