package kubernetes

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// Update applies the new inputs and waits until the object is ready again. A preview is a dry run.
func (p *Provider) Update(ctx context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	ctx, done := p.during(ctx)
	defer done()
	object, unknown, err := desired(req.NewInputs)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	if p.cluster.unreachable != nil || unknown {
		if req.Preview {
			return plugin.UpdateResponse{Properties: req.NewInputs}, nil
		}
		return plugin.UpdateResponse{}, p.cluster.reach()
	}

	manager := textOf(req.OldOutputs, managerKey, newFieldManager())
	apiVersion := textOf(req.OldOutputs, apiVersionKey, object.GetAPIVersion())
	before, err := p.get(ctx, object)
	var live *unstructured.Unstructured
	if err == nil {
		live, err = p.update(ctx, object, before, req, manager)
	}
	if missing(err) && req.Preview {
		return plugin.UpdateResponse{Properties: req.NewInputs}, nil
	}
	if err != nil {
		return plugin.UpdateResponse{}, fmt.Errorf(
			"update of resource %q failed because the Kubernetes API server reported: %w", qualifiedName(object), err)
	}
	if req.Preview {
		return plugin.UpdateResponse{Properties: previewed(live, req.NewInputs, apiVersion, manager)}, nil
	}
	if isCRD(object.GroupVersionKind()) {
		p.cluster.forget()
	}
	live, reasons := p.untilReady(ctx, req.URN, before, live, req.Timeout)
	outputs := checkpoint(live, req.NewInputs, apiVersion, manager)
	if len(reasons) > 0 {
		sentence := fmt.Sprintf("the Kubernetes API server reported that %q", qualifiedName(live))
		return plugin.UpdateResponse{}, initFailed(objectID(live), outputs, req.NewInputs, notReady(sentence, reasons))
	}
	return plugin.UpdateResponse{Properties: outputs}, nil
}

func (p *Provider) update(
	ctx context.Context, object, live *unstructured.Unstructured, req plugin.UpdateRequest, manager string,
) (*unstructured.Unstructured, error) {
	client, err := p.cluster.client(object)
	if err != nil {
		return nil, err
	}
	if isCRD(object.GroupVersionKind()) {
		return replaceObject(ctx, client, object, live, req.Preview)
	}
	if err := ignore(object, live, manager, req.IgnoreChanges); err != nil {
		return nil, err
	}
	request := application{
		manager: manager, dryRun: req.Preview, force: p.settings.patchForce || isSet(object, patchForce),
	}
	if req.Preview {
		result, err := apply(ctx, client, object, request)
		if err == nil || !onlyOurs(err) {
			return result, err
		}
		// The run would take these fields over first; a dry run cannot, so it forces them.
		request.force = true
		return apply(ctx, client, object, request)
	}
	if !isPatch(req.Type, object.GroupVersionKind()) {
		if err := takeOver(ctx, client, live, manager); err != nil {
			return nil, err
		}
	}
	return apply(ctx, client, object, request)
}

// replaceObject updates a CRD as a whole, as the official provider does: its schema lists do not merge.
func replaceObject(
	ctx context.Context, client dynamic.ResourceInterface, object, live *unstructured.Unstructured, dryRun bool,
) (*unstructured.Unstructured, error) {
	whole := object.DeepCopy()
	whole.SetResourceVersion(live.GetResourceVersion())
	options := metav1.UpdateOptions{FieldManager: createManager}
	if dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	return client.Update(ctx, whole, options)
}
