package kubernetes

import (
	"encoding/json"
	"os"
	"testing"
)

func TestVersionIsThatOfThePinnedSDK(t *testing.T) {
	content, err := os.ReadFile("../../../../package.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Dependencies map[string]string `json:"devDependencies"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		t.Fatal(err)
	}
	if pinned := manifest.Dependencies["@pulumi/kubernetes"]; pinned != Version {
		t.Errorf("package.json pins %s, this provider says %s", pinned, Version)
	}
}
