package kubernetes

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Read gives the live object and, as its inputs, what the old inputs name of it. An object or kind that is gone
// leaves the state. Without old inputs (import, get) the inputs are the object's identity.
func (p *Provider) Read(ctx context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	ctx, done := p.during(ctx)
	defer done()
	if err := unsupportedToken(req.Type); err != nil {
		return plugin.ReadResponse{}, err
	}
	if err := p.cluster.reach(); err != nil {
		if p.settings.deleteUnreachable && len(req.State) > 0 {
			p.log(ctx, diag.Warning, req.URN, "the cluster is unreachable: the object is dropped from the state")
			return plugin.ReadResponse{}, nil
		}
		return plugin.ReadResponse{}, err
	}
	object, err := identified(req)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	live, err := p.get(ctx, object)
	if missing(err) {
		return plugin.ReadResponse{}, nil
	}
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	return p.readResult(ctx, req, live)
}

func (p *Provider) readResult(
	ctx context.Context, req plugin.ReadRequest, live *unstructured.Unstructured,
) (plugin.ReadResponse, error) {
	inputs := liveInputs(req.Inputs, live)
	outputs := checkpoint(live, inputs,
		textOf(req.State, apiVersionKey, live.GetAPIVersion()), textOf(req.State, managerKey, newFieldManager()))
	id := objectID(live)
	if len(req.State) > 0 {
		if reasons := p.readyNow(ctx, live); len(reasons) > 0 {
			return plugin.ReadResponse{}, initFailed(id, outputs, inputs, reasons)
		}
	}
	return plugin.ReadResponse{ReadResult: plugin.ReadResult{ID: id, Inputs: inputs, Outputs: outputs}}, nil
}

func (p *Provider) get(ctx context.Context, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	client, err := p.cluster.client(object)
	if err != nil {
		return nil, err
	}
	return client.Get(ctx, object.GetName(), metav1.GetOptions{})
}

// identified is the object that a read is about, with its kind from the state or, for an import, from the type.
func identified(req plugin.ReadRequest) (*unstructured.Unstructured, error) {
	gvk, err := gvkOf(req.State)
	if err != nil {
		if gvk, err = gvkOf(req.Inputs); err != nil {
			if gvk, err = gvkOfType(req.Type); err != nil {
				return nil, err
			}
		}
	}
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(gvk)
	namespace, name := splitID(req.ID)
	object.SetNamespace(namespace)
	object.SetName(name)
	return object, nil
}

// liveInputs is the live object seen through the old inputs.
func liveInputs(old resource.PropertyMap, live *unstructured.Unstructured) resource.PropertyMap {
	shape, _ := reveal(old)
	if len(shape) == 0 {
		metadata := map[string]any{"name": live.GetName()}
		if namespace := live.GetNamespace(); namespace != "" {
			metadata["namespace"] = namespace
		}
		return properties(map[string]any{
			"apiVersion": live.GetAPIVersion(), "kind": live.GetKind(), "metadata": metadata,
		})
	}
	inputs := properties(asDeclared(live.Object, shape))
	markSecrets(inputs, old)
	if isSecret(live.GroupVersionKind()) {
		hideSecretData(inputs)
	}
	return inputs
}
