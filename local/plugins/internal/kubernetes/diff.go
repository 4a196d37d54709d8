package kubernetes

import (
	"context"
	"reflect"
	"sort"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// change is one difference between what the object is and what it should be.
type change struct {
	path []any
	kind plugin.DiffKind
	// cut is set where the new side is unknown or has another shape, so that the change may reach anywhere below.
	cut bool
}

// Diff compares the new inputs with the last known object, pruned to what the old inputs set. It never asks the
// server: drift shows after a refresh. A Job that asks to be replaced while it is not complete is the exception.
func (p *Provider) Diff(ctx context.Context, req plugin.DiffRequest) (plugin.DiffResponse, error) {
	gvk, err := gvkOf(req.NewInputs)
	if err != nil {
		return plugin.DiffResult{}, err
	}
	oldInputs, _ := reveal(req.OldInputs)
	live, _ := reveal(req.OldOutputs)
	olds := oldInputs
	if len(live) > 0 {
		olds = asDeclared(live, oldInputs)
	}
	news, _ := reveal(req.NewInputs)
	changes := compare(olds, req.NewInputs)
	unready := p.replacesUnready(ctx, gvk, news, olds)
	if len(changes) == 0 && !unready {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}

	fields := p.settings.replacementFields(gvk, news)
	result := plugin.DiffResult{Changes: plugin.DiffSome, DetailedDiff: map[string]plugin.PropertyDiff{}}
	replace := unready
	if unready {
		result.ReplaceKeys = []resource.PropertyKey{`.metadata.annotations["pulumi.com/replaceUnready"]`}
	}
	for _, found := range changes {
		kind := found.kind
		if found.replacesAny(gvk, fields) {
			kind, replace = kind.AsReplace(), true
		}
		result.DetailedDiff[resource.PropertyPath(found.path).String()] = plugin.PropertyDiff{Kind: kind, InputDiff: true}
	}
	result.DeleteBeforeReplace = replace && keepsName(olds, news, req.NewInputs)
	return result, nil
}

// replacesUnready tells that the new inputs ask for another object as long as this one is not ready, and that it is not:
// of Jobs only, and only when it can be seen (provider.go of the official provider, Diff).
func (p *Provider) replacesUnready(
	ctx context.Context, gvk schema.GroupVersionKind, news, olds map[string]any,
) bool {
	if !isSet(&unstructured.Unstructured{Object: news}, replaceUnready) ||
		gvk.GroupKind() != (schema.GroupKind{Group: "batch", Kind: "Job"}) || p.cluster.unreachable != nil {
		return false
	}
	ctx, done := p.during(ctx)
	defer done()
	live, err := p.get(ctx, &unstructured.Unstructured{Object: olds})
	return err == nil && !job(live).ready
}

func (c change) replacesAny(gvk schema.GroupVersionKind, fields []string) bool {
	for _, fieldPath := range fields {
		// The official provider does not look above the fields of a Service.
		cut := c.cut && gvk.GroupKind() != schema.GroupKind{Kind: "Service"}
		if replaces(fieldPath, c.path, cut) {
			return true
		}
	}
	return false
}

// keepsName tells that the program named the object and the replacement has the same name, so both cannot exist.
func keepsName(olds, news map[string]any, inputs resource.PropertyMap) bool {
	metadata := field(inputs, "metadata")
	if !metadata.IsObject() || wasAutonamed(metadata.ObjectValue()) {
		return false
	}
	before, _ := olds["metadata"].(map[string]any)
	after, _ := news["metadata"].(map[string]any)
	return before["name"] == after["name"] && before["namespace"] == after["namespace"]
}

// compare lists the differences, with lists compared element by element.
func compare(olds map[string]any, news resource.PropertyMap) []change {
	return compareObjects(nil, olds, news)
}

func compareObjects(path []any, olds map[string]any, news resource.PropertyMap) []change {
	keys := make(map[string]bool, len(news))
	for key := range olds {
		keys[key] = true
	}
	renamed := make(map[string]resource.PropertyValue, len(news))
	for key, value := range news {
		if value.IsNull() {
			continue
		}
		renamed[plainKey(key)] = value
		keys[plainKey(key)] = true
	}
	var result []change
	for _, key := range sortedKeys(keys) {
		before, had := olds[key]
		after, has := renamed[key]
		result = append(result, compareValues(at(path, key), before, had && before != nil, after, has)...)
	}
	return result
}

func compareLists(path []any, olds []any, news []resource.PropertyValue) []change {
	var result []change
	for index := range max(len(olds), len(news)) {
		var before any
		var after resource.PropertyValue
		if index < len(olds) {
			before = olds[index]
		}
		if index < len(news) {
			after = news[index]
		}
		result = append(result, compareValues(at(path, index), before, index < len(olds), after, index < len(news))...)
	}
	return result
}

func compareValues(path []any, before any, had bool, after resource.PropertyValue, has bool) []change {
	after, _ = unwrap(after)
	switch {
	case !had && !has:
		return nil
	case !had:
		return []change{{path: path, kind: plugin.DiffAdd, cut: after.IsComputed() || after.IsOutput()}}
	case !has:
		return []change{{path: path, kind: plugin.DiffDelete}}
	}
	switch old := before.(type) {
	case map[string]any:
		if after.IsObject() {
			return compareObjects(path, old, after.ObjectValue())
		}
	case []any:
		if after.IsArray() {
			return compareLists(path, old, after.ArrayValue())
		}
	default:
		plain, unknown := revealValue(after)
		if !unknown && reflect.DeepEqual(before, plain) {
			return nil
		}
		return []change{{path: path, kind: plugin.DiffUpdate}}
	}
	return []change{{path: path, kind: plugin.DiffUpdate, cut: true}}
}

func at(path []any, step any) []any {
	return append(append(make([]any, 0, len(path)+1), path...), step)
}

func sortedKeys(keys map[string]bool) []string {
	result := make([]string, 0, len(keys))
	for key := range keys {
		result = append(result, key)
	}
	sort.Strings(result)
	return result
}
