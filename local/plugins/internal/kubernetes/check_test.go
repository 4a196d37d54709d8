package kubernetes

import (
	"encoding/base64"
	"reflect"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

func checked(t *testing.T, req plugin.CheckRequest) plugin.CheckResponse {
	t.Helper()
	p := &Provider{cluster: &cluster{namespace: "home"}}
	if req.Name == "" {
		req.Name = "logical"
	}
	response, err := p.Check(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func metadataOf(t *testing.T, response plugin.CheckResponse) map[string]any {
	t.Helper()
	if len(response.Failures) > 0 {
		t.Fatalf("refused: %v", response.Failures)
	}
	inputs, _ := reveal(response.Properties)
	metadata, ok := inputs["metadata"].(map[string]any)
	if !ok {
		t.Fatalf("no metadata in %v", inputs)
	}
	return metadata
}

func configMap(metadata map[string]any) resource.PropertyMap {
	return properties(map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
}

func TestNames(t *testing.T) {
	first := metadataOf(t, checked(t, plugin.CheckRequest{News: configMap(nil)}))
	name, _ := first["name"].(string)
	if !regexp.MustCompile(`^logical-[0-9a-f]{8}$`).MatchString(name) {
		t.Errorf("drawn name %q", name)
	}
	if first["namespace"] != "home" {
		t.Errorf("namespace %v", first["namespace"])
	}
	again := metadataOf(t, checked(t, plugin.CheckRequest{Olds: configMap(first), News: configMap(nil)}))
	if again["name"] != name {
		t.Errorf("the drawn name %q became %q", name, again["name"])
	}
	given := metadataOf(t, checked(t, plugin.CheckRequest{
		Olds: configMap(map[string]any{"name": "given"}), News: configMap(nil),
	}))
	if given["name"] == "given" {
		t.Error("a name that the program gave before is not kept as a drawn one")
	}
	proposed := metadataOf(t, checked(t, plugin.CheckRequest{
		News: configMap(nil), Autonaming: &plugin.AutonamingOptions{ProposedName: "proposed"},
	}))
	if proposed["name"] != "proposed" {
		t.Errorf("name %v, although the engine proposed one", proposed["name"])
	}
}

func TestRefusedInputs(t *testing.T) {
	for what, req := range map[string]plugin.CheckRequest{
		"no kind":       {News: properties(map[string]any{"apiVersion": "v1"})},
		"generateName":  {News: configMap(map[string]any{"generateName": "a-"})},
		"naming is off": {News: configMap(nil), Autonaming: &plugin.AutonamingOptions{Mode: plugin.AutonamingModeDisabled}},
		"a list":        {News: properties(map[string]any{"apiVersion": "v1", "kind": "ConfigMapList", "items": []any{}})},
	} {
		if response := checked(t, req); len(response.Failures) == 0 {
			t.Errorf("%s was accepted", what)
		}
	}
}

func TestUnknownNameIsLeftAlone(t *testing.T) {
	news := configMap(map[string]any{})
	metadata := news["metadata"].ObjectValue()
	metadata["name"] = resource.MakeComputed(resource.NewProperty(""))
	response := checked(t, plugin.CheckRequest{News: news})
	if !response.Properties["metadata"].ObjectValue()["name"].IsComputed() {
		t.Error("an unknown name was replaced")
	}
}

func TestCanonicalInputs(t *testing.T) {
	news := properties(map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"},
		"stringData": map[string]any{"a": "plain"}, "misspelt": "x",
	})
	response := checked(t, plugin.CheckRequest{News: news})
	inputs, _ := reveal(response.Properties)
	want := map[string]any{"a": base64.StdEncoding.EncodeToString([]byte("plain"))}
	if !reflect.DeepEqual(inputs["data"], want) || inputs["stringData"] != nil || inputs["misspelt"] != nil {
		t.Errorf("inputs %v", inputs)
	}
	if !response.Properties["data"].IsSecret() {
		t.Error("the data of a Secret is not secret")
	}
}

func TestSecretsStaySecret(t *testing.T) {
	secret := resource.MakeSecret(resource.NewProperty("x"))
	source := resource.PropertyMap{
		"a":    resource.NewProperty(resource.PropertyMap{"b": secret}),
		"list": resource.NewProperty([]resource.PropertyValue{resource.NewProperty("open"), secret}),
	}
	target := properties(map[string]any{"a": map[string]any{"b": "x", "c": "y"}, "list": []any{"open", "x"}, "d": "z"})
	markSecrets(target, source)
	if !target["a"].ObjectValue()["b"].IsSecret() || target["a"].ObjectValue()["c"].IsSecret() {
		t.Error("exactly the secret value of an object must be secret")
	}
	if !target["list"].IsSecret() || target["d"].IsSecret() {
		t.Error("a list with a secret must be secret as a whole, and nothing else")
	}
}
