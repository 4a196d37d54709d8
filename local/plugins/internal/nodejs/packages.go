package nodejs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// manifest is what this host reads of a package.json.
type manifest struct {
	Name            string            `json:"name"`
	Version         string            `json:"version"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
	Pulumi          *pulumiSection    `json:"pulumi"`
}

// pulumiSection is the `pulumi` key by which an SDK names the plugin it needs.
type pulumiSection struct {
	Resource         bool   `json:"resource"`
	Name             string `json:"name"`
	Version          string `json:"version"`
	Server           string `json:"server"`
	Parameterization *struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Value   string `json:"value"`
	} `json:"parameterization"`
}

// GetRequiredPackages lists the plugins that the installed SDKs of the program ask for.
func (h *Host) GetRequiredPackages(
	_ context.Context, req *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	installed, err := installedPackages(req.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	result := &pulumirpc.GetRequiredPackagesResponse{}
	seen := map[string]bool{}
	for _, pkg := range installed {
		dependency, err := pkg.plugin()
		if err != nil {
			return nil, err
		}
		if dependency == nil || seen[dependency.Name+dependency.Version] {
			continue
		}
		seen[dependency.Name+dependency.Version] = true
		result.Packages = append(result.Packages, dependency)
	}
	return result, nil
}

// GetRequiredPlugins answers older engines with the same list.
func (h *Host) GetRequiredPlugins(
	ctx context.Context, req *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	packages, err := h.GetRequiredPackages(ctx, &pulumirpc.GetRequiredPackagesRequest{Info: req.Info})
	if err != nil {
		return nil, err
	}
	result := &pulumirpc.GetRequiredPluginsResponse{}
	for _, pkg := range packages.Packages {
		result.Plugins = append(result.Plugins, &pulumirpc.PluginDependency{
			Name: pkg.Name, Kind: pkg.Kind, Version: pkg.Version, Server: pkg.Server,
		})
	}
	return result, nil
}

// plugin gives the resource plugin that a package needs, or nil.
func (m manifest) plugin() (*pulumirpc.PackageDependency, error) {
	if m.Pulumi == nil || !m.Pulumi.Resource {
		return nil, nil
	}
	name := m.Pulumi.Name
	if name == "" {
		name = strings.TrimPrefix(m.Name, "@pulumi/")
	}
	version := m.Pulumi.Version
	if version == "" {
		version = m.Version
	}
	dependency := &pulumirpc.PackageDependency{
		Name: name, Kind: "resource", Version: "v" + strings.TrimPrefix(version, "v"), Server: m.Pulumi.Server,
	}
	if p := m.Pulumi.Parameterization; p != nil {
		value, err := base64.StdEncoding.DecodeString(p.Value)
		if err != nil {
			return nil, errors.New(m.Name + "/package.json: pulumi.parameterization.value is not base64")
		}
		dependency.Parameterization = &pulumirpc.PackageParameterization{Name: p.Name, Version: p.Version, Value: value}
	}
	return dependency, nil
}

// GetProgramDependencies lists the npm packages of the program: those it names, or all that are installed.
func (h *Host) GetProgramDependencies(
	_ context.Context, req *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	folder := req.GetInfo().GetProgramDirectory()
	installed, err := installedPackages(folder)
	if err != nil {
		return nil, err
	}
	own, err := nearestManifest(folder)
	if err != nil {
		return nil, err
	}
	result := &pulumirpc.GetProgramDependenciesResponse{}
	for _, pkg := range installed {
		_, needed := own.Dependencies[pkg.Name]
		_, needsDev := own.DevDependencies[pkg.Name]
		if needed || needsDev || req.TransitiveDependencies {
			result.Dependencies = append(result.Dependencies, &pulumirpc.DependencyInfo{Name: pkg.Name, Version: pkg.Version})
		}
	}
	return result, nil
}

// installedPackages reads every package.json that node would find from folder, nearest first.
func installedPackages(folder string) ([]manifest, error) {
	var result []manifest
	for dir := folder; ; dir = filepath.Dir(dir) {
		found, err := readModules(filepath.Join(dir, "node_modules"))
		if err != nil {
			return nil, err
		}
		result = append(result, found...)
		if dir == filepath.Dir(dir) {
			return result, nil
		}
	}
}

func readModules(modules string) ([]manifest, error) {
	var result []manifest
	for _, pattern := range []string{"*", "@*/*"} {
		folders, err := filepath.Glob(filepath.Join(modules, pattern))
		if err != nil {
			return nil, err
		}
		sort.Strings(folders)
		for _, folder := range folders {
			pkg, err := readManifest(folder)
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFolder) {
				continue
			}
			if err != nil {
				return nil, err
			}
			result = append(result, pkg)
			nested, err := readModules(filepath.Join(folder, "node_modules"))
			if err != nil {
				return nil, err
			}
			result = append(result, nested...)
		}
	}
	return result, nil
}

var errNotFolder = errors.New("not a folder")

func readManifest(folder string) (manifest, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return manifest{}, err
	}
	if !info.IsDir() {
		return manifest{}, errNotFolder
	}
	path := filepath.Join(folder, "package.json")
	content, err := os.ReadFile(path)
	if err != nil {
		return manifest{}, err
	}
	var result manifest
	if err := json.Unmarshal(content, &result); err != nil {
		return manifest{}, errors.New(path + ": " + err.Error())
	}
	return result, nil
}

func nearestManifest(folder string) (manifest, error) {
	for dir := folder; ; dir = filepath.Dir(dir) {
		pkg, err := readManifest(dir)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return pkg, err
		}
		if dir == filepath.Dir(dir) {
			return manifest{}, nil
		}
	}
}
