package kubernetes

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Check completes the inputs of one object: name, namespace, and the canonical spelling of its values.
func (p *Provider) Check(ctx context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	if err := unsupportedToken(req.Type); err != nil {
		return plugin.CheckResponse{}, err
	}
	gvk, err := gvkOf(req.News)
	if err != nil {
		return refuse("apiVersion", err.Error())
	}
	if isPatch(req.Type, gvk) {
		return plugin.CheckResponse{}, unsupported(string(req.Type))
	}
	if strings.HasSuffix(gvk.Kind, "List") && field(req.News, "items").IsArray() {
		return refuse("kind", gvk.Kind+" is a list; declare its items one by one")
	}
	if p.cluster.unreachable != nil && p.settings.skipUpdateUnreachable {
		p.log(ctx, diag.Warning, req.URN, "the cluster is unreachable: changes to this object are skipped")
		return plugin.CheckResponse{Properties: req.Olds}, nil
	}

	news := req.News.Copy()
	metadata, known := editObject(news, "metadata")
	if value := field(news, "metadata"); !known && !value.IsComputed() && !value.IsOutput() {
		return refuse("metadata", "metadata must be an object")
	}
	if known {
		if failure := p.completeMetadata(metadata, gvk, req); failure != nil {
			return plugin.CheckResponse{Failures: []plugin.CheckFailure{*failure}}, nil
		}
	}
	return plugin.CheckResponse{Properties: canonicalInputs(gvk, news)}, nil
}

func refuse(property resource.PropertyKey, reason string) (plugin.CheckResponse, error) {
	return plugin.CheckResponse{Failures: []plugin.CheckFailure{{Property: property, Reason: reason}}}, nil
}

func (p *Provider) completeMetadata(
	metadata resource.PropertyMap, gvk schema.GroupVersionKind, req plugin.CheckRequest,
) *plugin.CheckFailure {
	var old resource.PropertyMap
	if value := field(req.Olds, "metadata"); value.IsObject() {
		old = value.ObjectValue()
	}
	if failure := nameObject(metadata, old, req); failure != nil {
		return failure
	}
	if namespace := field(metadata, "namespace"); namespace.IsNull() || namespace.IsString() && namespace.StringValue() == "" {
		delete(metadata, "namespace")
		if p.cluster.namespaced(gvk) {
			metadata["namespace"] = resource.NewProperty(p.cluster.namespace)
		}
	}
	return nil
}

// canonicalInputs rewrites fully known inputs in their canonical spelling; secrets stay secret.
func canonicalInputs(gvk schema.GroupVersionKind, news resource.PropertyMap) resource.PropertyMap {
	object, unknown := reveal(news)
	if !unknown {
		if isSecret(gvk) {
			foldStringData(object)
		}
		result := properties(canonical(gvk, object))
		markSecrets(result, news)
		news = result
	}
	if isSecret(gvk) {
		hideSecretData(news)
	}
	return news
}
