package kubernetes

import (
	"encoding/base64"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/kubernetes/scheme"
)

// canonical writes a built-in object as Kubernetes' own types would: quantities in their shortest form, and without
// fields that the types do not have. What the types cannot read, and every other kind, stays as it is.
func canonical(gvk schema.GroupVersionKind, object map[string]any) map[string]any {
	typed, err := scheme.Scheme.New(gvk)
	if err != nil {
		return object
	}
	content, err := json.Marshal(object)
	if err != nil || json.Unmarshal(content, typed) != nil {
		return object
	}
	content, err = json.Marshal(typed)
	if err != nil {
		return object
	}
	var result map[string]any
	if json.Unmarshal(content, &result) != nil {
		return object
	}
	return prune(result, object)
}

// foldStringData moves a Secret's stringData into its base64 data, as the API server does.
func foldStringData(object map[string]any) {
	given, ok := object["stringData"].(map[string]any)
	if !ok {
		return
	}
	data, ok := object["data"].(map[string]any)
	if !ok {
		data = make(map[string]any, len(given))
	}
	for key, value := range given {
		text, ok := value.(string)
		if !ok {
			return
		}
		data[key] = base64.StdEncoding.EncodeToString([]byte(text))
	}
	object["data"] = data
	delete(object, "stringData")
}
