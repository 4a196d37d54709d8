package kubernetes

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// Invoke answers the two functions behind helm.v3.Chart and yaml.ConfigGroup, which only turn text into objects.
func (p *Provider) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	var objects []map[string]any
	var err error
	switch req.Tok {
	case "kubernetes:yaml:decode":
		objects, err = decodeYAML(textOf(req.Args, "text", ""), textOf(req.Args, "defaultNamespace", ""))
	case "kubernetes:helm:template":
		objects, err = p.templateChart(textOf(req.Args, "jsonOpts", "{}"))
	default:
		return plugin.InvokeResponse{}, unsupported(string(req.Tok))
	}
	if err != nil {
		return plugin.InvokeResponse{}, err
	}
	list := make([]resource.PropertyValue, 0, len(objects))
	for _, object := range objects {
		list = append(list, resource.NewProperty(properties(object)))
	}
	return plugin.InvokeResponse{Properties: resource.PropertyMap{"result": resource.NewProperty(list)}}, nil
}

// Construct is refused by name: the components that the official provider runs inside itself.
func (p *Provider) Construct(_ context.Context, req plugin.ConstructRequest) (plugin.ConstructResponse, error) {
	return plugin.ConstructResponse{}, unsupported(string(req.Type))
}

// Call is refused by name.
func (p *Provider) Call(_ context.Context, req plugin.CallRequest) (plugin.CallResponse, error) {
	return plugin.CallResponse{}, unsupported(string(req.Tok))
}

// List is refused by name.
func (p *Provider) List(context.Context, plugin.ListRequest) (*plugin.ListStream, error) {
	return nil, unsupported("listing objects")
}

// GetSchema is refused by name: no SDK is made from this provider.
func (p *Provider) GetSchema(context.Context, plugin.GetSchemaRequest) (plugin.GetSchemaResponse, error) {
	return plugin.GetSchemaResponse{}, unsupported("the schema of the Kubernetes package")
}
