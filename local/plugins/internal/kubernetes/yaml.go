package kubernetes

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const yamlBuffer = 4096

// decodeYAML reads every object of a text with one or more documents; lists are taken apart, and objects that live in
// a namespace but name none get namespace.
func decodeYAML(text, namespace string) ([]map[string]any, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), yamlBuffer)
	var result []map[string]any
	for number := 1; ; number++ {
		var document map[string]any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return result, nil
		}
		if err != nil {
			return nil, fmt.Errorf("document %d is no Kubernetes object: %w", number, err)
		}
		if len(document) == 0 {
			continue
		}
		objects, err := flatten(document)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", number, err)
		}
		for _, object := range objects {
			setDefaultNamespace(object, namespace)
			result = append(result, object.Object)
		}
	}
}

func flatten(document map[string]any) ([]*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{Object: document}
	if object.GetKind() == "" || object.GetAPIVersion() == "" {
		return nil, errors.New("apiVersion and kind are needed")
	}
	if !object.IsList() {
		return []*unstructured.Unstructured{object}, nil
	}
	var result []*unstructured.Unstructured
	err := object.EachListItem(func(item runtime.Object) error {
		element, ok := item.(*unstructured.Unstructured)
		if !ok {
			return fmt.Errorf("an item of %s is no object", object.GetKind())
		}
		nested, err := flatten(element.Object)
		result = append(result, nested...)
		return err
	})
	return result, err
}

func setDefaultNamespace(object *unstructured.Unstructured, namespace string) {
	if namespace == "" || object.GetNamespace() != "" || clusterScoped[object.GroupVersionKind().GroupKind()] {
		return
	}
	object.SetNamespace(namespace)
}
