package kubernetes

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// Invoke is refused by name: what helm.v3.Chart and yaml.ConfigGroup turn texts into objects with.
func (p *Provider) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	return plugin.InvokeResponse{}, unsupported(string(req.Tok))
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
