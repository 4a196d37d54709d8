package main

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

var (
	_ controller.Qualifier     = folders{}
	_ controller.DeletionGuard = folders{}
)

func claimOn(node string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{selectedNode: node}}}
}

func volumeOn(node string) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{Spec: corev1.PersistentVolumeSpec{NodeAffinity: onNode(node)}}
}

func TestAVolumeIsMadeAndRemovedOnItsOwnNode(t *testing.T) {
	ctx, here := context.Background(), folders{root: "/volumes", node: "node-1"}
	if !here.ShouldProvision(ctx, claimOn("node-1")) || !here.ShouldDelete(ctx, volumeOn("node-1")) {
		t.Fatal("its own are left alone")
	}
	if here.ShouldProvision(ctx, claimOn("node-2")) || here.ShouldDelete(ctx, volumeOn("node-2")) {
		t.Fatal("another node's are touched")
	}
	if here.ShouldDelete(ctx, &corev1.PersistentVolume{}) {
		t.Fatal("a volume of no node is removed")
	}
}

func TestTheOneProcessOfAClusterHasEveryVolume(t *testing.T) {
	ctx, alone := context.Background(), folders{root: "/volumes"}
	if !alone.ShouldProvision(ctx, claimOn("any")) || !alone.ShouldDelete(ctx, volumeOn("any")) {
		t.Fatal("a volume is left alone")
	}
}
