// Package random is the part of Pulumi's random provider that this project uses: RandomBytes and RandomUuid.
package random

import (
	"context"
	"fmt"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Version is that of the node SDK which package.json pins; a test keeps the two equal.
const Version = "4.21.2"

// Provider answers the ResourceProvider protocol. It keeps nothing: every value lives in the stack's state.
type Provider struct {
	plugin.UnimplementedProvider
}

// kind is one resource type: how its outputs come from its inputs, and how a known value is imported.
type kind struct {
	// secrets are the outputs that are never shown.
	secrets []resource.PropertyKey
	// required is the length input, or empty when there is none.
	required resource.PropertyKey
	// generate draws a new value and gives the id with it.
	generate func(inputs resource.PropertyMap) (resource.ID, resource.PropertyMap, error)
	// adopt turns an import id into inputs and outputs.
	adopt func(id string) (inputs, outputs resource.PropertyMap, err error)
}

var kinds = map[tokens.Type]kind{
	"random:index/randomBytes:RandomBytes": bytesKind,
	"random:index/randomUuid:RandomUuid":   uuidKind,
}

func unsupported(thing string) error {
	return status.Errorf(codes.Unimplemented,
		"%s: not supported by the local plugin, install the official one (pulumi-resource-random)", thing)
}

func kindOf(typ tokens.Type) (kind, error) {
	if found, ok := kinds[typ]; ok {
		return found, nil
	}
	return kind{}, unsupported(string(typ))
}

// Handshake says what this provider understands.
func (p *Provider) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true}, nil
}

// GetPluginInfo gives the version that the engine asked for.
func (p *Provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	version := semver.MustParse(Version)
	return plugin.PluginInfo{Version: &version}, nil
}

// CheckConfig accepts any configuration: there is nothing to configure.
func (p *Provider) CheckConfig(
	_ context.Context, req plugin.CheckConfigRequest,
) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: req.News}, nil
}

// DiffConfig never asks for a replacement.
func (p *Provider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffResult{Changes: plugin.DiffNone}, nil
}

// Configure has nothing to do.
func (p *Provider) Configure(context.Context, plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	return plugin.ConfigureResponse{}, nil
}

// Check refuses unknown types and a missing length, and passes the inputs on.
func (p *Provider) Check(_ context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	k, err := kindOf(req.Type)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	var failures []plugin.CheckFailure
	if k.required != "" {
		value := plain(req.News[k.required])
		if !value.IsComputed() && !value.IsOutput() && (!value.IsNumber() || value.NumberValue() < 1) {
			failures = append(failures, plugin.CheckFailure{
				Property: k.required,
				Reason:   fmt.Sprintf("%s must be a whole number from 1", k.required),
			})
		}
	}
	return plugin.CheckResponse{Properties: req.News, Failures: failures}, nil
}

// Diff replaces on any changed input, as a drawn value cannot change in place.
func (p *Provider) Diff(_ context.Context, req plugin.DiffRequest) (plugin.DiffResponse, error) {
	if _, err := kindOf(req.Type); err != nil {
		return plugin.DiffResult{}, err
	}
	diff := req.OldInputs.Diff(req.NewInputs)
	detail := plugin.NewDetailedDiffFromObjectDiff(diff, true)
	for path, change := range detail {
		detail[path] = change.ToReplace()
	}
	if len(detail) == 0 {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	return plugin.DiffResult{Changes: plugin.DiffSome, DetailedDiff: detail}, nil
}

// Create draws the value; a preview leaves it unknown.
func (p *Provider) Create(_ context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	k, err := kindOf(req.Type)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	id, outputs, err := k.generate(req.Properties)
	if err != nil {
		return plugin.CreateResponse{}, fmt.Errorf("%s: %w", req.Name, err)
	}
	if req.Preview {
		for key := range outputs {
			if _, given := req.Properties[key]; !given {
				outputs[key] = resource.MakeComputed(resource.NewProperty(""))
			}
		}
		id = ""
	}
	return plugin.CreateResponse{ID: id, Properties: k.hide(outputs)}, nil
}

// Read keeps what the state says, or adopts an imported value.
func (p *Provider) Read(_ context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	k, err := kindOf(req.Type)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	if len(req.State) > 0 {
		return plugin.ReadResponse{ReadResult: plugin.ReadResult{
			ID: req.ID, Inputs: req.Inputs, Outputs: k.hide(req.State),
		}}, nil
	}
	inputs, outputs, err := k.adopt(string(req.ID))
	if err != nil {
		return plugin.ReadResponse{}, fmt.Errorf("importing %s: %w", req.Name, err)
	}
	id := req.ID
	if len(k.secrets) > 0 {
		id = "none"
	}
	return plugin.ReadResponse{ReadResult: plugin.ReadResult{ID: id, Inputs: inputs, Outputs: k.hide(outputs)}}, nil
}

// Delete forgets the value; nothing exists outside the state.
func (p *Provider) Delete(_ context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	_, err := kindOf(req.Type)
	return plugin.DeleteResponse{}, err
}

// SignalCancellation has nothing to stop.
func (p *Provider) SignalCancellation(context.Context) error { return nil }

// hide marks the secret outputs.
func (k kind) hide(outputs resource.PropertyMap) resource.PropertyMap {
	result := outputs.Copy()
	for _, key := range k.secrets {
		if value, ok := result[key]; ok && !value.IsSecret() {
			result[key] = resource.MakeSecret(value)
		}
	}
	return result
}

// plain takes the secret wrapping off one value.
func plain(value resource.PropertyValue) resource.PropertyValue {
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	return value
}

// number reads a whole number input, or the default when it is absent or unknown.
func number(inputs resource.PropertyMap, key resource.PropertyKey, fallback int) int {
	if value := plain(inputs[key]); value.IsNumber() {
		return int(value.NumberValue())
	}
	return fallback
}
