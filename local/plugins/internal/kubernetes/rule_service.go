package kubernetes

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	sliceResource    = schema.GroupVersionResource{Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"}
	endpointResource = schema.GroupVersionResource{Version: "v1", Resource: "endpoints"}
)

// settle is how long a Service without any pod may stay so before it counts as ready all the same.
const settle = 10 * time.Second

var serviceRule = rule{
	watches: func(object *unstructured.Unstructured) []selection {
		if !hasPods(object) {
			return nil
		}
		return []selection{{kind: sliceResource, labels: "kubernetes.io/service-name=" + object.GetName()}}
	},
	decide: service,
}

// hasPods tells a Service that stands for pods through its own address. Headless, external and selector-less ones are
// ready at once.
func hasPods(object *unstructured.Unstructured) bool {
	kind, _, _ := unstructured.NestedString(object.Object, "spec", "type")
	address, _, _ := unstructured.NestedString(object.Object, "spec", "clusterIP")
	selector, _, _ := unstructured.NestedMap(object.Object, "spec", "selector")
	return kind != "ExternalName" && address != "None" && len(selector) > 0
}

// service is ready when all its endpoints are, or when it has had none for ten seconds.
// The official provider also waits for ten silent seconds after endpoints turned ready: nothing that a program sees
// depends on them, so they are left out here.
func service(s *scene) verdict {
	object := s.object()
	if hasPods(object) {
		ready, unready := countEndpoints(s.list(sliceResource))
		switch {
		case unready > 0:
			return verdict{waiting: fmt.Sprintf("waiting for endpoints: %d ready, %d not", ready, unready)}
		case ready == 0 && !s.once && s.quiet() < settle:
			return verdict{waiting: "waiting for Pods that the Service selects", again: settle - s.quiet()}
		}
	}
	kind, _, _ := unstructured.NestedString(object.Object, "spec", "type")
	if kind == "LoadBalancer" && !hasAddress(object) {
		return verdict{waiting: "Service was not allocated an IP address"}
	}
	return verdict{ready: true}
}

func countEndpoints(slices []*unstructured.Unstructured) (ready, unready int) {
	for _, slice := range slices {
		endpoints, _, _ := unstructured.NestedSlice(slice.Object, "endpoints")
		for _, item := range endpoints {
			endpoint, ok := item.(map[string]any)
			if !ok {
				continue
			}
			if leaving, _, _ := unstructured.NestedBool(endpoint, "conditions", "terminating"); leaving {
				continue
			}
			if fine, found, _ := unstructured.NestedBool(endpoint, "conditions", "ready"); fine || !found {
				ready++
			} else {
				unready++
			}
		}
	}
	return ready, unready
}

// hasAddress tells that a load balancer or ingress controller has published where the object is reached.
func hasAddress(object *unstructured.Unstructured) bool {
	addresses, _, _ := unstructured.NestedSlice(object.Object, "status", "loadBalancer", "ingress")
	return len(addresses) > 0
}
