package nodejs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

func runtimeOptions(t *testing.T, values map[string]any) *structpb.Struct {
	t.Helper()
	result, err := structpb.NewStruct(values)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestOptions(t *testing.T) {
	got, err := readOptions(runtimeOptions(t, map[string]any{
		"typescript": false, "packagemanager": "npm", "nodeargs": `--import tsx --title "a b"`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"--import", "tsx", "--title", "a b"}; !slices.Equal(got.nodeArgs, want) {
		t.Errorf("node arguments %q", got.nodeArgs)
	}
	if !slices.Contains(got.environment(), "PULUMI_NODEJS_TYPESCRIPT=false") {
		t.Errorf("environment %q", got.environment())
	}
	for key, value := range map[string]any{"typescript": "no", "bundler": true, "packagemanager": 3.0} {
		if _, err := readOptions(runtimeOptions(t, map[string]any{key: value})); err == nil {
			t.Errorf("%s: %v was accepted", key, value)
		}
	}
}

func TestRunArguments(t *testing.T) {
	got := strings.Join(runArguments(&pulumirpc.RunRequest{
		MonitorAddress: "m:1", Project: "p", Stack: "s", Pwd: "/w", Parallel: 4, DryRun: true, Args: []string{"x"},
		Info: &pulumirpc.ProgramInfo{RootDirectory: "/r", EntryPoint: "index.ts"},
	}, "e:2"), " ")
	want := "--monitor m:1 --engine e:2 --project p --root-directory /r --stack s --pwd /w --parallel 4 --dry-run index.ts x"
	if got != want {
		t.Errorf("arguments %q", got)
	}
}

func TestPluginArguments(t *testing.T) {
	info := &pulumirpc.ProgramInfo{ProgramDirectory: "/plugin"}
	for kind, want := range map[string][]string{"analyzer": {"e:2", "/plugin"}, "resource": {"/plugin", "e:2"}} {
		got := pluginArguments(&pulumirpc.RunPluginRequest{Kind: kind, Info: info, Args: []string{"e:2"}})
		if !slices.Equal(got, want) {
			t.Errorf("%s: arguments %q", kind, got)
		}
	}
}

func TestAPluginWithoutDependenciesNeedsNothing(t *testing.T) {
	install := func(manifest string) error {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "package.json"), []byte(manifest), 0o644); err != nil {
			t.Fatal(err)
		}
		info := &pulumirpc.ProgramInfo{ProgramDirectory: folder}
		return NewHost(t.Context(), "").InstallDependencies(
			&pulumirpc.InstallDependenciesRequest{Info: info, IsPlugin: true}, nil)
	}
	if err := install(`{"name":"provider"}`); err != nil {
		t.Errorf("without dependencies: %v", err)
	}
	if err := install(`{"name":"provider","dependencies":{"zod":"4"}}`); err == nil {
		t.Error("dependencies are installed by npm ci, and it did not say so")
	}
}

func TestPackagesAreFoundAsNodeFindsThem(t *testing.T) {
	root := t.TempDir()
	write := func(path, content string) {
		t.Helper()
		full := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("node_modules/@pulumi/random/package.json",
		`{"name":"@pulumi/random","version":"4.0.0","pulumi":{"resource":true,"name":"random","version":"4.0.0"}}`)
	write("node_modules/plain/package.json", `{"name":"plain","version":"1.0.0"}`)
	write("node_modules/.bin/file", "")
	write("app/package.json", `{"name":"app","dependencies":{"plain":"1"}}`)

	host := NewHost(t.Context(), "")
	info := &pulumirpc.ProgramInfo{ProgramDirectory: filepath.Join(root, "app")}
	packages, err := host.GetRequiredPackages(t.Context(), &pulumirpc.GetRequiredPackagesRequest{Info: info})
	if err != nil {
		t.Fatal(err)
	}
	if len(packages.Packages) != 1 || packages.Packages[0].Name != "random" || packages.Packages[0].Version != "v4.0.0" {
		t.Errorf("packages %v", packages.Packages)
	}
	dependencies, err := host.GetProgramDependencies(t.Context(), &pulumirpc.GetProgramDependenciesRequest{Info: info})
	if err != nil {
		t.Fatal(err)
	}
	if len(dependencies.Dependencies) != 1 || dependencies.Dependencies[0].Name != "plain" {
		t.Errorf("dependencies %v", dependencies.Dependencies)
	}
	if _, err := findRunner(info.ProgramDirectory, "run"); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("a missing SDK is explained by: %v", err)
	}
}
