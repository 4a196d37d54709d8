package kubernetes

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var serviceResource = schema.GroupVersionResource{Version: "v1", Resource: "services"}

// emptyNamespace is how long an Ingress waits for backends where no Service has ever had endpoints.
const emptyNamespace = time.Minute

var ingressRule = rule{
	watches: func(object *unstructured.Unstructured) []selection {
		if len(backends(object)) == 0 {
			return nil
		}
		return []selection{{kind: serviceResource}, {kind: endpointResource}}
	},
	decide: ingress,
}

// ingress is ready when its controller has published an address and each Service behind its paths has endpoints.
// A backend that stays away only gives a warning.
func ingress(s *scene) verdict {
	object := s.object()
	if !hasAddress(object) {
		return verdict{waiting: "waiting for the ingress controller to publish status.loadBalancer.ingress"}
	}
	absent := absentBackends(s, backends(object))
	if len(absent) == 0 {
		return verdict{ready: true}
	}
	limit := settle
	if len(s.list(endpointResource)) == 0 {
		limit = emptyNamespace
	}
	text := "no endpoints for the Ingress backends " + strings.Join(absent, ", ")
	if s.once || s.quiet() >= limit {
		return verdict{ready: true, warning: text}
	}
	return verdict{waiting: text, again: limit - s.quiet()}
}

func absentBackends(s *scene, names []string) []string {
	if len(names) == 0 {
		return nil
	}
	known := map[string]bool{}
	for _, endpoints := range s.list(endpointResource) {
		known[endpoints.GetName()] = true
	}
	for _, service := range s.list(serviceResource) {
		if kind, _, _ := unstructured.NestedString(service.Object, "spec", "type"); kind == "ExternalName" {
			known[service.GetName()] = true
		}
	}
	var absent []string
	for _, name := range names {
		if !known[name] {
			absent = append(absent, name)
		}
	}
	return absent
}

// backends are the Services behind the paths of an Ingress; its default backend is not looked at.
func backends(object *unstructured.Unstructured) []string {
	rules, _, _ := unstructured.NestedSlice(object.Object, "spec", "rules")
	var names []string
	for _, item := range rules {
		entry, ok := item.(map[string]any)
		if !ok {
			continue
		}
		paths, _, _ := unstructured.NestedSlice(entry, "http", "paths")
		for _, item := range paths {
			path, ok := item.(map[string]any)
			if !ok {
				continue
			}
			if name, found, _ := unstructured.NestedString(path, "backend", "service", "name"); found {
				names = append(names, name)
			}
		}
	}
	return names
}
