package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/retry"

	"github.com/fluxcd/pkg/ssa"
)

const (
	// createManager owns the fields of an object until its first update.
	createManager = "pulumi-kubernetes"
	// patchForce on an object takes its fields from whoever owns them.
	patchForce = "pulumi.com/patchForce"
	// conflictHelp explains what to do about a conflict.
	conflictHelp = "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources"
)

// application is one server-side apply.
type application struct {
	manager string
	force   bool
	dryRun  bool
}

func (a application) options() metav1.PatchOptions {
	options := metav1.PatchOptions{FieldManager: a.manager, Force: &a.force}
	if a.dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	return options
}

// apply sends the object; fields that the manager owned and no longer names are removed.
func apply(
	ctx context.Context, client dynamic.ResourceInterface, object *unstructured.Unstructured, a application,
) (*unstructured.Unstructured, error) {
	content, err := json.Marshal(object.Object)
	if err != nil {
		return nil, err
	}
	result, err := client.Patch(ctx, object.GetName(), types.ApplyPatchType, content, a.options())
	if apierrors.IsConflict(err) {
		return nil, conflictError(object, err)
	}
	return result, err
}

// conflict keeps the server's error reachable behind the explanation.
type conflict struct {
	text  string
	cause error
}

func (c *conflict) Error() string { return c.text }
func (c *conflict) Unwrap() error { return c.cause }

func conflictError(object *unstructured.Unstructured, err error) error {
	return &conflict{
		text: fmt.Sprintf(
			"server-side apply field conflict detected, see %s for troubleshooting help\n"+
				"The resource managed by field manager %q had an apply conflict: %v",
			conflictHelp, qualifiedName(object), err),
		cause: err,
	}
}

// onlyOurs tells that every conflict of an apply is with the fields of the object's own creation.
func onlyOurs(err error) bool {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return false
	}
	causes := status.Status().Details.Causes
	for _, cause := range causes {
		if !strings.Contains(cause.Message, fmt.Sprintf("conflict with %q", createManager)) {
			return false
		}
	}
	return len(causes) > 0
}

// takeOver moves the fields that this object's creation and kubectl own to manager, so that the apply
// that follows neither conflicts with them nor leaves what they added. What a controller writes meanwhile (the status of
// a quota) is no reason to fail.
func takeOver(
	ctx context.Context, client dynamic.ResourceInterface, live *unstructured.Unstructured, manager string,
) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		err := takeOverFrom(ctx, client, live, manager)
		if !apierrors.IsConflict(err) {
			return err
		}
		current, getErr := client.Get(ctx, live.GetName(), metav1.GetOptions{})
		if getErr != nil {
			return getErr
		}
		live = current
		return err
	})
}

func takeOverFrom(
	ctx context.Context, client dynamic.ResourceInterface, live *unstructured.Unstructured, manager string,
) error {
	var from []ssa.FieldManager
	for _, entry := range live.GetManagedFields() {
		own := entry.Manager == createManager && entry.Operation == metav1.ManagedFieldsOperationUpdate
		if (own || strings.HasPrefix(entry.Manager, "kubectl")) && entry.Subresource != "status" {
			from = append(from, ssa.FieldManager{
				Name: entry.Manager, ExactMatch: true, OperationType: entry.Operation,
			})
		}
	}
	if len(from) == 0 {
		return nil
	}
	patches, err := ssa.PatchReplaceFieldsManagers(withoutSubresources(live), from, manager)
	if err != nil || len(patches) == 0 {
		return err
	}
	// The version in the patch makes the server refuse it when somebody changed the object meanwhile.
	content, err := json.Marshal([]map[string]any{
		{"op": patches[0].Operation, "path": patches[0].Path, "value": patches[0].Value},
		{"op": "replace", "path": "/metadata/resourceVersion", "value": live.GetResourceVersion()},
	})
	if err != nil {
		return err
	}
	_, err = client.Patch(ctx, live.GetName(), types.JSONPatchType, content, metav1.PatchOptions{FieldManager: manager})
	return err
}

// withoutSubresources lets entries such as that of `kubectl scale` move too: they are about the same object.
func withoutSubresources(live *unstructured.Unstructured) *unstructured.Unstructured {
	result := live.DeepCopy()
	entries := result.GetManagedFields()
	for index := range entries {
		if strings.HasPrefix(entries[index].Manager, "kubectl") && entries[index].Subresource == "scale" {
			entries[index].Subresource = ""
		}
	}
	result.SetManagedFields(entries)
	return result
}
