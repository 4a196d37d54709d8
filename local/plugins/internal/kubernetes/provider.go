// Package kubernetes is the local stand-in for Pulumi's Kubernetes provider (v4): every kind that the API server
// knows, with the behaviour that a program can observe of the official provider.
package kubernetes

import (
	"context"
	"io"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/klog/v2"
)

// Version is that of the node SDK which package.json pins; a test keeps the two equal.
const Version = "4.34.2"

// Provider answers the ResourceProvider protocol for one provider resource of a stack.
type Provider struct {
	plugin.UnimplementedProvider
	life     context.Context
	stop     context.CancelFunc
	host     *provider.HostClient
	settings settings
	cluster  *cluster
}

// New makes a provider that stops with life. host may be nil, then nothing is logged.
func New(life context.Context, host *provider.HostClient) *Provider {
	// client-go reports every lost watch on stderr, which the engine would show as the program's output.
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	life, stop := context.WithCancel(life)
	return &Provider{life: life, stop: stop, host: host}
}

func unsupported(thing string) error {
	return status.Errorf(codes.Unimplemented,
		"%s: not supported by the local plugin, install the official one (pulumi-resource-kubernetes)", thing)
}

// Handshake says what this provider understands.
func (p *Provider) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true, SupportsAutonamingConfiguration: true,
	}, nil
}

// GetPluginInfo gives the version that the engine asked for.
func (p *Provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	version := semver.MustParse(Version)
	return plugin.PluginInfo{Version: &version}, nil
}

// SignalCancellation ends every wait; what was created stays, and the state says that it is not ready.
func (p *Provider) SignalCancellation(context.Context) error {
	p.stop()
	return nil
}

// during gives a context that ends with the request or with the provider.
func (p *Provider) during(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(p.life, cancel)
	return ctx, func() { release(); cancel() }
}

// log writes one line to the engine about a resource; losing it does no harm.
func (p *Provider) log(ctx context.Context, severity diag.Severity, urn resource.URN, text string) {
	if p.host != nil {
		_ = p.host.Log(ctx, severity, urn, text)
	}
}

// logStatus shows a passing text next to the resource.
func (p *Provider) logStatus(ctx context.Context, urn resource.URN, text string) {
	if p.host != nil {
		_ = p.host.LogStatus(ctx, diag.Info, urn, text)
	}
}
