// Program volumes makes and removes the folders behind the local cluster's volumes, on the node that it runs on. What
// watches claims and tries again is the library for provisioners of Kubernetes' SIG Storage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func main() {
	name := flag.String("provisioner", "", "the name that a StorageClass asks for it by")
	root := flag.String("root", "", "the folder of all volumes")
	node := flag.String("node", "", "the node that it runs on, where others run it too; every claim is its own without")
	flag.Parse()
	if err := run(*name, folders{root: *root, node: *node}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(name string, folders folders) error {
	if name == "" || !filepath.IsAbs(folders.root) {
		return errors.New("--provisioner needs a name, and --root an absolute path")
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// There is one process for each volume, which needs nobody's leave to lead.
	controller.NewProvisionController(ctx, client, name, folders, controller.LeaderElection(false)).Run(ctx)
	return nil
}

// folders is a provisioner whose volumes are folders below root.
type folders struct {
	root string
	node string
}

// selectedNode is the scheduler's word to whoever makes a volume.
const selectedNode = "volume.kubernetes.io/selected-node"

// ShouldProvision says whether a claim is this process's: another node's folder cannot be made from here.
func (f folders) ShouldProvision(_ context.Context, claim *corev1.PersistentVolumeClaim) bool {
	return f.node == "" || claim.Annotations[selectedNode] == f.node
}

// ShouldDelete says whether a volume's folder is here.
func (f folders) ShouldDelete(_ context.Context, volume *corev1.PersistentVolume) bool {
	if f.node == "" {
		return true
	}
	affinity := volume.Spec.NodeAffinity
	return affinity != nil && reflect.DeepEqual(affinity.Required, onNode(f.node).Required)
}

// Provision makes a volume's folder. Pods run as any user: everybody may write there, whatever the umask.
func (f folders) Provision(
	_ context.Context, options controller.ProvisionOptions,
) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	claim := options.PVC
	if err := possible(claim, options.SelectedNodeName); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	path := filepath.Join(f.root, strings.Join([]string{options.PVName, claim.Namespace, claim.Name}, "_"))
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if err := os.Chmod(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   claim.Spec.AccessModes,
			VolumeMode:                    claim.Spec.VolumeMode,
			Capacity: corev1.ResourceList{
				corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage],
			},
			// A "local" volume, unlike a "hostPath" one, gets the pod's fsGroup as volumes of a real cluster do.
			PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: path}},
			NodeAffinity:           onNode(options.SelectedNodeName),
		},
	}, controller.ProvisioningFinished, nil
}

// possible says why a claim cannot be a folder of one node.
func possible(claim *corev1.PersistentVolumeClaim, node string) error {
	if mode := claim.Spec.VolumeMode; mode != nil && *mode != corev1.PersistentVolumeFilesystem {
		return fmt.Errorf("volume mode %s: local volumes are folders, only Filesystem is possible", *mode)
	}
	if claim.Spec.Selector != nil {
		return errors.New("a claim with a selector cannot be given a new volume")
	}
	for _, mode := range claim.Spec.AccessModes {
		if mode != corev1.ReadWriteOnce && mode != corev1.ReadWriteOncePod {
			return fmt.Errorf("access mode %s: a folder of one node is ReadWriteOnce or ReadWriteOncePod", mode)
		}
	}
	if node == "" {
		return errors.New("no node was chosen: the StorageClass needs volumeBindingMode WaitForFirstConsumer")
	}
	return nil
}

func onNode(node string) *corev1.VolumeNodeAffinity {
	here := corev1.NodeSelectorRequirement{
		Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{node},
	}
	terms := []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{here}}}
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: terms}}
}

// Delete removes a volume's folder with all that is in it.
func (f folders) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	local := volume.Spec.Local
	if local == nil || filepath.Dir(local.Path) != filepath.Clean(f.root) {
		return fmt.Errorf("%s is no folder directly below %s: nothing is removed", volume.Name, f.root)
	}
	return os.RemoveAll(local.Path)
}
