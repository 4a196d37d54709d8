package kubernetes

import (
	"context"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// createRetries are the waits between attempts while a namespace or kind does not exist yet: 63 s in all.
var createRetries = []time.Duration{
	time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second,
}

// existsHelp follows the server's "already exists".
const existsHelp = "\nThe object is in the cluster but not in this stack. Either name another object, " +
	"bring this one in with the resource option `import` or, after a rename, `aliases`, " +
	"or set `upsertExistingObjects: true` on the provider."

// Create makes the object and waits until it is ready. A preview asks the server what it would store.
func (p *Provider) Create(ctx context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	ctx, done := p.during(ctx)
	defer done()
	object, unknown, err := desired(req.Properties)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	if p.cluster.unreachable != nil || unknown {
		if req.Preview {
			return plugin.CreateResponse{Properties: req.Properties}, nil
		}
		return plugin.CreateResponse{}, p.cluster.reach()
	}

	manager := newFieldManager()
	work := creation{
		object:  object,
		manager: manager,
		apply:   p.settings.upsert,
		force:   p.settings.patchForce || isSet(object, patchForce),
	}
	if req.Preview {
		return p.previewCreate(ctx, req, work)
	}
	live, err := p.create(ctx, req.URN, work)
	if err != nil {
		return plugin.CreateResponse{}, createError(object, err)
	}
	if isCRD(object.GroupVersionKind()) {
		p.cluster.forget()
	}
	apiVersion := object.GetAPIVersion()
	live, reasons := p.untilReady(ctx, req.URN, nil, live, req.Timeout)
	outputs := checkpoint(live, req.Properties, apiVersion, manager)
	if len(reasons) > 0 {
		sentence := fmt.Sprintf("resource %q was successfully created, but the Kubernetes API server reported that it", req.URN)
		return plugin.CreateResponse{}, initFailed(objectID(live), outputs, req.Properties, notReady(sentence, reasons))
	}
	return plugin.CreateResponse{ID: objectID(live), Properties: outputs}, nil
}

// creation is one object to make.
type creation struct {
	object  *unstructured.Unstructured
	manager string
	// apply brings in an object that exists already, instead of failing.
	apply, force, dryRun bool
}

func (p *Provider) previewCreate(
	ctx context.Context, req plugin.CreateRequest, work creation,
) (plugin.CreateResponse, error) {
	work.dryRun = true
	// The official preview of an upsert takes every field; the conflict shows in the run only.
	work.force = true
	live, err := p.attempt(ctx, work)
	switch {
	case err == nil:
		outputs := previewed(live, req.Properties, work.object.GetAPIVersion(), work.manager)
		return plugin.CreateResponse{Properties: outputs}, nil
	case missing(err):
		return plugin.CreateResponse{Properties: req.Properties}, nil
	case apierrors.IsAlreadyExists(err):
		p.log(ctx, diag.Info, req.URN, fmt.Sprintf("Retry #0; creation failed: %v", err))
		return plugin.CreateResponse{Properties: req.Properties}, nil
	default:
		return plugin.CreateResponse{}, createError(work.object, err)
	}
}

// create tries until the namespace and the kind of the object exist.
func (p *Provider) create(ctx context.Context, urn resource.URN, work creation) (*unstructured.Unstructured, error) {
	for index := 0; ; index++ {
		live, err := p.attempt(ctx, work)
		if err == nil || !missing(err) || index == len(createRetries) {
			return live, err
		}
		p.logStatus(ctx, urn, fmt.Sprintf("Retry #%d; creation failed: %v", index, err))
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(createRetries[index]):
		}
		if meta.IsNoMatchError(err) {
			p.cluster.forget()
		}
	}
}

func (p *Provider) attempt(ctx context.Context, work creation) (*unstructured.Unstructured, error) {
	client, err := p.cluster.client(work.object)
	if err != nil {
		return nil, err
	}
	if work.apply {
		return apply(ctx, client, work.object, application{manager: work.manager, force: work.force, dryRun: work.dryRun})
	}
	options := metav1.CreateOptions{FieldManager: createManager}
	if work.dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	return client.Create(ctx, work.object, options)
}

// missing tells that the namespace or the kind does not exist (yet).
func missing(err error) bool {
	return apierrors.IsNotFound(err) || meta.IsNoMatchError(err)
}

func createError(object *unstructured.Unstructured, err error) error {
	name := qualifiedName(object)
	switch {
	case meta.IsNoMatchError(err):
		return fmt.Errorf(
			"creation of resource %q failed because the Kubernetes API server reported that the apiVersion for this "+
				"resource does not exist. Verify that any required CRDs have been created: %w", name, err)
	case apierrors.IsAlreadyExists(err):
		return fmt.Errorf("resource %q was not successfully created by the Kubernetes API server: %w%s", name, err, existsHelp)
	default:
		return fmt.Errorf("resource %q was not successfully created by the Kubernetes API server: %w", name, err)
	}
}

// desired is the object that inputs describe; unknown tells that it cannot be sent yet.
func desired(inputs resource.PropertyMap) (object *unstructured.Unstructured, unknown bool, err error) {
	if _, err := gvkOf(inputs); err != nil {
		return nil, false, err
	}
	content, unknown := reveal(inputs)
	return &unstructured.Unstructured{Object: withoutNulls(content)}, unknown, nil
}

// withoutNulls drops keys without value: for server-side apply they would mean "remove".
func withoutNulls(object map[string]any) map[string]any {
	for key, value := range object {
		switch typed := value.(type) {
		case nil:
			delete(object, key)
		case map[string]any:
			withoutNulls(typed)
		case []any:
			for _, element := range typed {
				if nested, ok := element.(map[string]any); ok {
					withoutNulls(nested)
				}
			}
		}
	}
	return object
}

// notReady words the reasons as the official provider does (pkg/provider/provider.go): after the sentence of the operation.
func notReady(sentence string, reasons []string) []string {
	first := sentence + " failed to fully initialize or become live: " + reasons[0]
	return append([]string{first}, reasons[1:]...)
}
