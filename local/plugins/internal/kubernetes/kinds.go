package kubernetes

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// clusterScoped are the built-in kinds without a namespace (kubectl api-resources --namespaced=false).
// Knowing them saves asking the server in Check, which must work without one.
var clusterScoped = map[schema.GroupKind]bool{}

func init() {
	for group, kinds := range map[string][]string{
		"":                             {"Namespace", "Node", "PersistentVolume", "ComponentStatus"},
		"admissionregistration.k8s.io": {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"},
		"apiextensions.k8s.io":         {"CustomResourceDefinition"},
		"apiregistration.k8s.io":       {"APIService"},
		"certificates.k8s.io":          {"CertificateSigningRequest", "ClusterTrustBundle"},
		"flowcontrol.apiserver.k8s.io": {"FlowSchema", "PriorityLevelConfiguration"},
		"networking.k8s.io":            {"IngressClass", "IPAddress", "ServiceCIDR"},
		"node.k8s.io":                  {"RuntimeClass"},
		"rbac.authorization.k8s.io":    {"ClusterRole", "ClusterRoleBinding"},
		"resource.k8s.io":              {"DeviceClass", "ResourceSlice"},
		"scheduling.k8s.io":            {"PriorityClass"},
		"storage.k8s.io":               {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"},
		"storagemigration.k8s.io":      {"StorageVersionMigration"},
	} {
		for _, kind := range kinds {
			clusterScoped[schema.GroupKind{Group: group, Kind: kind}] = true
		}
	}
}

// gvkOf reads apiVersion and kind from inputs or outputs.
func gvkOf(props resource.PropertyMap) (schema.GroupVersionKind, error) {
	version, kind := field(props, "apiVersion"), field(props, "kind")
	if !version.IsString() || version.StringValue() == "" {
		return schema.GroupVersionKind{}, errors.New("apiVersion must be a text such as \"apps/v1\"")
	}
	if !kind.IsString() || kind.StringValue() == "" {
		return schema.GroupVersionKind{}, errors.New("kind must be a text such as \"Deployment\"")
	}
	gv, err := schema.ParseGroupVersion(version.StringValue())
	if err != nil {
		return schema.GroupVersionKind{}, err
	}
	return gv.WithKind(kind.StringValue()), nil
}

// gvkOfType reads apiVersion and kind from a type token, for a read that comes with an id only.
func gvkOfType(typ tokens.Type) (schema.GroupVersionKind, error) {
	parts := strings.Split(string(typ), ":")
	if len(parts) != 3 {
		return schema.GroupVersionKind{}, fmt.Errorf("%s is not a type such as kubernetes:apps/v1:Deployment", typ)
	}
	gv, err := schema.ParseGroupVersion(strings.TrimPrefix(parts[1], "core/"))
	if err != nil {
		return schema.GroupVersionKind{}, err
	}
	return gv.WithKind(parts[2]), nil
}

// isPatch tells a Patch resource of the SDK, which owns some fields of an object that someone else made.
func isPatch(typ tokens.Type, gvk schema.GroupVersionKind) bool {
	return strings.HasSuffix(string(typ), ":"+gvk.Kind+"Patch")
}

// isSecret tells the core Secret, whose payload is always hidden.
func isSecret(gvk schema.GroupVersionKind) bool {
	return gvk.Group == "" && gvk.Kind == "Secret"
}

func isCRD(gvk schema.GroupVersionKind) bool {
	return gvk.Group == "apiextensions.k8s.io" && gvk.Kind == "CustomResourceDefinition"
}

// unsupportedToken names the types of the SDK that are no single Kubernetes objects.
func unsupportedToken(typ tokens.Type) error {
	for _, prefix := range []string{"kubernetes:helm.sh/", "kubernetes:kustomize", "kubernetes:yaml"} {
		if strings.HasPrefix(string(typ), prefix) {
			return unsupported(string(typ))
		}
	}
	return nil
}

// objectID is the Pulumi id of an object: namespace/name, or name when it has no namespace.
func objectID(object *unstructured.Unstructured) resource.ID {
	return resource.ID(qualifiedName(object))
}

func qualifiedName(object *unstructured.Unstructured) string {
	if ns := object.GetNamespace(); ns != "" {
		return ns + "/" + object.GetName()
	}
	return object.GetName()
}

// splitID reads an id back.
func splitID(id resource.ID) (namespace, name string) {
	before, after, found := strings.Cut(string(id), "/")
	if !found {
		return "", before
	}
	return before, after
}
