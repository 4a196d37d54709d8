// Package nodejs is a Pulumi language host for Node.js programs and policy packs whose dependencies are installed.
package nodejs

import (
	"context"
	"os/exec"
	"runtime/debug"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Host answers the LanguageRuntime protocol for one engine.
type Host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	life   context.Context
	stop   context.CancelFunc
	engine string
}

// NewHost makes a host whose programs end with life at the latest.
func NewHost(life context.Context, engine string) *Host {
	life, stop := context.WithCancel(life)
	return &Host{life: life, stop: stop, engine: engine}
}

func unsupported(thing string) error {
	return status.Errorf(codes.Unimplemented,
		"%s: not supported by the local plugin, install the official one (pulumi-language-nodejs)", thing)
}

// Handshake takes the engine's address.
func (h *Host) Handshake(
	_ context.Context, req *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	if req.EngineAddress != "" {
		h.engine = req.EngineAddress
	}
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo gives the version of the Pulumi SDK that this host was built with.
func (h *Host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: sdkVersion()}, nil
}

func sdkVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range info.Deps {
		if module.Path == "github.com/pulumi/pulumi/sdk/v3" {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return ""
}

// About names the node program and its version.
func (h *Host) About(ctx context.Context, _ *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	node, err := findNode()
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, status.Errorf(codes.Internal, "%s --version: %v", node, err)
	}
	return &pulumirpc.AboutResponse{Executable: node, Version: strings.TrimSpace(string(out))}, nil
}

// RuntimeOptionsPrompts asks nothing: the options of a project are in its Pulumi.yaml.
func (h *Host) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

// Template leaves a new project as it is.
func (h *Host) Template(context.Context, *pulumirpc.TemplateRequest) (*pulumirpc.TemplateResponse, error) {
	return &pulumirpc.TemplateResponse{}, nil
}

// Cancel ends every program and policy pack that this host started.
func (h *Host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.stop()
	return &emptypb.Empty{}, nil
}

// InstallDependencies is refused: npm ci does it. A plugin that depends on nothing needs nothing.
func (h *Host) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest, _ pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	if req.IsPlugin {
		plugin, err := readManifest(req.GetInfo().GetProgramDirectory())
		if err != nil {
			return err
		}
		if len(plugin.Dependencies) == 0 {
			return nil
		}
	}
	return unsupported("pulumi install (run npm ci instead)")
}

// GenerateProgram is refused by name.
func (h *Host) GenerateProgram(
	context.Context, *pulumirpc.GenerateProgramRequest,
) (*pulumirpc.GenerateProgramResponse, error) {
	return nil, unsupported("GenerateProgram (pulumi convert, pulumi import code generation)")
}

// GenerateProject is refused by name.
func (h *Host) GenerateProject(
	context.Context, *pulumirpc.GenerateProjectRequest,
) (*pulumirpc.GenerateProjectResponse, error) {
	return nil, unsupported("GenerateProject (pulumi convert)")
}

// GeneratePackage is refused by name.
func (h *Host) GeneratePackage(
	context.Context, *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	return nil, unsupported("GeneratePackage (pulumi package gen-sdk)")
}

// Pack is refused by name.
func (h *Host) Pack(context.Context, *pulumirpc.PackRequest) (*pulumirpc.PackResponse, error) {
	return nil, unsupported("Pack")
}

// Link is refused by name.
func (h *Host) Link(context.Context, *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	return nil, unsupported("Link (pulumi package add)")
}
