package kubernetes

import (
	"bytes"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// ignore takes the fields of ignoreChanges out of an apply: the live value where this manager owns the field, and
// nothing where only others do, so that they keep it.
func ignore(object, live *unstructured.Unstructured, manager string, paths []string) error {
	for _, text := range paths {
		path, err := resource.ParsePropertyPath(text)
		if err != nil {
			return fmt.Errorf("ignoreChanges: %w", err)
		}
		steps, plain := textSteps(path)
		if !plain {
			// A path into a list: the engine has already put the old value there.
			continue
		}
		value, found, err := unstructured.NestedFieldCopy(live.Object, steps...)
		if err != nil || !found {
			continue
		}
		owned, err := owns(live, manager, steps)
		if err != nil {
			return err
		}
		if !owned {
			unstructured.RemoveNestedField(object.Object, steps...)
			continue
		}
		if err := unstructured.SetNestedField(object.Object, value, steps...); err != nil {
			return fmt.Errorf("ignoreChanges %s: %w", text, err)
		}
	}
	return nil
}

func textSteps(path resource.PropertyPath) ([]string, bool) {
	steps := make([]string, 0, len(path))
	for _, step := range path {
		text, ok := step.(string)
		if !ok {
			return nil, false
		}
		steps = append(steps, text)
	}
	return steps, true
}

// owns tells whether the object's creation or manager is among the owners of a field.
func owns(live *unstructured.Unstructured, manager string, steps []string) (bool, error) {
	path := fieldpath.Path{}
	for _, step := range steps {
		path = append(path, fieldpath.PathElement{FieldName: &step})
	}
	for _, entry := range live.GetManagedFields() {
		if entry.Manager != manager && entry.Manager != createManager || entry.FieldsV1 == nil {
			continue
		}
		set, err := fieldSet(entry)
		if err != nil {
			return false, err
		}
		inside := set
		for _, element := range path {
			inside = inside.WithPrefix(element)
		}
		if set.Has(path) || !inside.Empty() {
			return true, nil
		}
	}
	return false, nil
}

func fieldSet(entry metav1.ManagedFieldsEntry) (*fieldpath.Set, error) {
	set := &fieldpath.Set{}
	if err := set.FromJSON(bytes.NewReader(entry.FieldsV1.Raw)); err != nil {
		return nil, fmt.Errorf("reading the fields of manager %s: %w", entry.Manager, err)
	}
	return set, nil
}
