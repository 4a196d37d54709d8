package kubernetes

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// deleteWithoutWait are the kinds whose deletion skipAwait does not wait for; all others are always awaited.
var deleteWithoutWait = map[schema.GroupKind]bool{
	{Kind: "Namespace"}:                  true,
	{Kind: "Pod"}:                        true,
	{Kind: "ReplicationController"}:      true,
	{Group: "apps", Kind: "DaemonSet"}:   true,
	{Group: "apps", Kind: "Deployment"}:  true,
	{Group: "apps", Kind: "StatefulSet"}: true,
	{Group: "batch", Kind: "Job"}:        true,
}

// Delete removes the object and waits until it is gone.
func (p *Provider) Delete(ctx context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	ctx, done := p.during(ctx)
	defer done()
	if err := p.cluster.reach(); err != nil {
		if p.settings.deleteUnreachable {
			p.log(ctx, diag.Warning, req.URN, "the cluster is unreachable: the object is dropped from the state")
			return plugin.DeleteResponse{}, nil
		}
		return plugin.DeleteResponse{}, err
	}
	object, err := deleted(req)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	client, err := p.cluster.client(object)
	if missing(err) {
		return plugin.DeleteResponse{}, nil
	}
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	return plugin.DeleteResponse{}, p.remove(ctx, client, object, req)
}

func (p *Provider) remove(
	ctx context.Context, client dynamic.ResourceInterface, object *unstructured.Unstructured, req plugin.DeleteRequest,
) error {
	propagation := propagationOf(object)
	err := client.Delete(ctx, object.GetName(), metav1.DeleteOptions{PropagationPolicy: &propagation})
	if missing(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("deletion of resource %q failed: %w", qualifiedName(object), err)
	}
	if isSet(object, skipAwait) && deleteWithoutWait[object.GroupVersionKind().GroupKind()] {
		return nil
	}
	if err := p.untilGone(ctx, object, req.Timeout); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			p.log(ctx, diag.Warning, req.URN, "finalizers might be preventing deletion")
			err = errors.New("timed out waiting for the condition")
		}
		return fmt.Errorf("deletion of resource %q: %w", qualifiedName(object), err)
	}
	if isCRD(object.GroupVersionKind()) {
		p.cluster.forget()
	}
	return nil
}

// deleted is the object to delete: its identity from the id, its annotations and uid from the state.
func deleted(req plugin.DeleteRequest) (*unstructured.Unstructured, error) {
	state := req.Outputs
	if len(state) == 0 {
		state = req.Inputs
	}
	gvk, err := gvkOf(state)
	if err != nil {
		if gvk, err = gvkOfType(req.Type); err != nil {
			return nil, err
		}
	}
	content, _ := reveal(withoutInternal(state))
	object := &unstructured.Unstructured{Object: content}
	object.SetGroupVersionKind(gvk)
	namespace, name := splitID(req.ID)
	object.SetNamespace(namespace)
	object.SetName(name)
	return object, nil
}

func withoutInternal(state resource.PropertyMap) resource.PropertyMap {
	result := state.Copy()
	for _, key := range []resource.PropertyKey{inputsKey, apiVersionKey, managerKey} {
		delete(result, key)
	}
	return result
}
