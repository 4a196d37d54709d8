package nodejs

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// RunPlugin runs a policy pack or a provider of components under node and streams what it prints, its port first. As
// under the official host, the plugin's own folder is where it runs, so that its package.json must be there, and
// `nodeargs` come after the runner, so that node does not see them (pulumi/pulumi,
// sdk/nodejs/cmd/pulumi-language-nodejs/main.go, RunPlugin).
func (h *Host) RunPlugin(req *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer) error {
	runnerName, known := runners[req.Kind]
	if !known {
		return unsupported("a plugin of kind " + req.Kind + " written for Node.js")
	}
	if req.AttachDebugger {
		return unsupported("--attach-debugger")
	}
	opts, err := readOptions(req.GetInfo().GetOptions())
	if err != nil {
		return err
	}
	program := req.GetInfo().GetProgramDirectory()
	runner, err := findRunner(program, runnerName)
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(stream, false)
	if err != nil {
		return err
	}
	code, err := h.node(stream.Context(), process{
		args:   slices.Concat([]string{runner}, opts.nodeArgs, pluginArguments(req)),
		env:    append(append([]string{}, req.Env...), opts.environment()...),
		dir:    program,
		stdout: stdout,
		stderr: stderr,
	})
	if closeErr := closer.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return stream.Send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)},
	})
}

// runners are the SDK's entry programs, by the kind of the plugin.
var runners = map[string]string{"analyzer": "run-policy-pack", "resource": "run-plugin"}

// pluginArguments orders the plugin's folder and the engine's arguments as its runner reads them.
func pluginArguments(req *pulumirpc.RunPluginRequest) []string {
	program := []string{req.GetInfo().GetProgramDirectory()}
	if req.Kind == "analyzer" {
		return append(slices.Clone(req.Args), program...)
	}
	return append(program, req.Args...)
}
