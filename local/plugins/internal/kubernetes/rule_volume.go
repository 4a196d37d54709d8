package kubernetes

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var classResource = schema.GroupVersionResource{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"}

var claimRule = rule{
	watches: func(object *unstructured.Unstructured) []selection {
		if class := className(object); class != "" {
			return []selection{{kind: classResource, field: "metadata.name=" + class, everywhere: true}}
		}
		return nil
	},
	decide:     claim,
	limit:      volumeLimit,
	onlyInRuns: true,
}

// claim is ready when it is bound, or when its class binds it only to the first pod that uses it.
func claim(s *scene) verdict {
	object := s.object()
	if phase(object) == "Bound" {
		return verdict{ready: true}
	}
	if className(object) != "" && phase(object) == "Pending" {
		for _, class := range s.list(classResource) {
			if mode, _, _ := unstructured.NestedString(class.Object, "volumeBindingMode"); mode == "WaitForFirstConsumer" {
				return verdict{ready: true}
			}
		}
	}
	return verdict{waiting: "waiting for the claim to be Bound"}
}

func className(object *unstructured.Unstructured) string {
	name, _, _ := unstructured.NestedString(object.Object, "spec", "storageClassName")
	return name
}

// volume is ready when a claim can have it or has it.
func volume(object *unstructured.Unstructured) verdict {
	if now := phase(object); now == "Available" || now == "Bound" {
		return verdict{ready: true}
	}
	return verdict{waiting: "waiting for the volume to be Available"}
}
