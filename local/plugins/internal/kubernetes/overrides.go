package kubernetes

import (
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The annotations by which an object changes how it is waited for and deleted.
const (
	skipAwait           = "pulumi.com/skipAwait"
	waitFor             = "pulumi.com/waitFor"
	timeoutSeconds      = "pulumi.com/timeoutSeconds"
	deletionPropagation = "pulumi.com/deletionPropagationPolicy"
	// replaceUnready on a Job has the next run replace it unless it is complete.
	replaceUnready = "pulumi.com/replaceUnready"
)

// defaultTimeout is how long an object may take to be ready or gone.
const defaultTimeout = 10 * time.Minute

// isSet reads a switch annotation.
func isSet(object *unstructured.Unstructured, annotation string) bool {
	return object.GetAnnotations()[annotation] == "true"
}

// timeoutOf is the option customTimeouts in seconds, else the annotation, else ten minutes.
func timeoutOf(custom float64, object *unstructured.Unstructured) time.Duration {
	if custom > 0 {
		return time.Duration(custom * float64(time.Second))
	}
	if seconds, err := strconv.Atoi(object.GetAnnotations()[timeoutSeconds]); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	return defaultTimeout
}

// propagationOf is how the objects that depend on a deleted one go: before it, unless the annotation says otherwise.
func propagationOf(object *unstructured.Unstructured) metav1.DeletionPropagation {
	switch strings.ToLower(object.GetAnnotations()[deletionPropagation]) {
	case "background":
		return metav1.DeletePropagationBackground
	case "orphan":
		return metav1.DeletePropagationOrphan
	default:
		return metav1.DeletePropagationForeground
	}
}
