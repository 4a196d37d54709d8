package kubernetes

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// identity are the fields whose change means another object, for every kind.
var identity = []string{"metadata.name", "metadata.namespace"}

// podFields are the parts of a Pod that cannot change in place.
var podFields = func() []string {
	var fields []string
	for _, list := range []string{"containers", "initContainers"} {
		for _, name := range []string{
			"args", "command", "env", "envFrom", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "name", "ports",
			"readinessProbe", "resources", "restartPolicy", "securityContext", "startupProbe", "stdin", "stdinOnce",
			"terminationMessagePath", "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir",
		} {
			fields = append(fields, "spec."+list+"[*]."+name)
		}
	}
	for _, name := range []string{
		"affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases", "hostIPC",
		"hostNetwork", "hostPID", "hostUsers", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "os", "overhead",
		"preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName",
		"schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "setHostnameAsFQDN",
		"shareProcessNamespace", "subdomain", "topologySpreadConstraints", "volumes",
	} {
		fields = append(fields, "spec."+name)
	}
	return fields
}()

// persistentVolumeFields are all volume sources; size, access and reclaim policy may change.
var persistentVolumeFields = func() []string {
	var fields []string
	for _, source := range []string{
		"awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker",
		"gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume",
		"quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
	} {
		fields = append(fields, "spec."+source)
	}
	return fields
}()

// immutableFields are the fields of each kind whose change replaces the object, without any version of the group.
var immutableFields = map[schema.GroupKind][]string{
	{Group: "apps", Kind: "Deployment"}: {"spec.selector"},
	{Group: "apps", Kind: "DaemonSet"}:  {"spec.selector"},
	{Group: "apps", Kind: "StatefulSet"}: {
		"spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector", "spec.serviceName",
		"spec.volumeClaimTemplates",
	},
	{Group: "batch", Kind: "Job"}: {"spec.completions", "spec.parallelism", "spec.selector", "spec.template"},
	{Kind: "Pod"}:                 podFields,
	{Kind: "PersistentVolume"}:    persistentVolumeFields,
	{Kind: "PersistentVolumeClaim"}: {
		"spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName",
	},
	{Kind: "ResourceQuota"}:                                          {"spec.scopes"},
	{Kind: "Service"}:                                                {"spec.clusterIP"},
	{Group: "storage.k8s.io", Kind: "StorageClass"}:                  {"parameters", "provisioner"},
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:        {"roleRef"},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}: {"roleRef"},
}

// replacementFields lists the fields whose change replaces an object. news matters as an object that says
// immutable: true is replaced even where the provider may change its kind in place.
func (s settings) replacementFields(gvk schema.GroupVersionKind, news map[string]any) []string {
	fields := append([]string{}, identity...)
	fields = append(fields, immutableFields[gvk.GroupKind()]...)
	switch {
	case gvk.Group == "policy" && gvk.Version == "v1beta1" && gvk.Kind == "PodDisruptionBudget":
		fields = append(fields, "spec")
	case gvk.Group == "" && gvk.Kind == "ConfigMap" && (!s.configMapMutable || news["immutable"] == true):
		fields = append(fields, "data", "binaryData")
	case isSecret(gvk):
		fields = append(fields, "type")
		if !s.secretMutable || news["immutable"] == true {
			fields = append(fields, "data", "stringData")
		}
	}
	return fields
}

// replaces tells whether a change at path is a change of field: of it as a whole, or of something inside.
// A path above the field counts only when the change there cannot be looked into, which cut says.
func replaces(fieldPath string, path []any, cut bool) bool {
	steps := strings.Split(strings.ReplaceAll(fieldPath, "[*]", ".*"), ".")
	for index, step := range steps {
		if index == len(path) {
			return cut
		}
		switch at := path[index].(type) {
		case int:
			if step != "*" {
				return false
			}
		case string:
			if step != at {
				return false
			}
		}
	}
	return true
}
