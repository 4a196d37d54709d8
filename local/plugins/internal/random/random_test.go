package random

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

const uuidType = "random:index/randomUuid:RandomUuid"

func created(t *testing.T, typ string, inputs resource.PropertyMap) resource.PropertyMap {
	t.Helper()
	response, err := (&Provider{}).Create(t.Context(), plugin.CreateRequest{Type: tokens.Type(typ), Properties: inputs})
	if err != nil {
		t.Fatal(err)
	}
	return response.Properties
}

func TestBytes(t *testing.T) {
	outputs := created(t, "random:index/randomBytes:RandomBytes", resource.PropertyMap{"length": resource.NewProperty(32.0)})
	if !outputs["base64"].IsSecret() || !outputs["hex"].IsSecret() {
		t.Fatal("the value is not secret")
	}
	value, err := base64.StdEncoding.DecodeString(plain(outputs["base64"]).StringValue())
	if err != nil || len(value) != 32 {
		t.Fatalf("%d bytes, %v", len(value), err)
	}
	if plain(outputs["hex"]).StringValue() != hex.EncodeToString(value) {
		t.Error("base64 and hex differ")
	}
}

func TestUuidIsKeptByItsName(t *testing.T) {
	outputs := created(t, uuidType, resource.PropertyMap{})
	if _, err := uuid.Parse(outputs["result"].StringValue()); err != nil {
		t.Fatal(err)
	}
	if other := created(t, uuidType, resource.PropertyMap{}); other["result"].DeepEquals(outputs["result"]) {
		t.Error("two UUIDs are equal")
	}
	id := resource.ID(outputs["result"].StringValue())
	response, err := (&Provider{}).Read(t.Context(), plugin.ReadRequest{Type: uuidType, ID: id})
	if err != nil || response.ID != id || !response.Outputs["result"].DeepEquals(outputs["result"]) {
		t.Errorf("%v, %v", response, err)
	}
}

func TestKeepersReplace(t *testing.T) {
	inputs := func(round string) resource.PropertyMap {
		return resource.PropertyMap{"keepers": resource.NewProperty(
			resource.PropertyMap{"round": resource.NewProperty(round)})}
	}
	result, err := (&Provider{}).Diff(t.Context(), plugin.DiffRequest{
		Type: uuidType, OldInputs: inputs("1"), NewInputs: inputs("2"),
	})
	if err != nil || !result.DetailedDiff["keepers.round"].Kind.IsReplace() {
		t.Errorf("%v, %v", result.DetailedDiff, err)
	}
}

func TestOtherTypesAreRefusedByName(t *testing.T) {
	_, err := (&Provider{}).Check(t.Context(), plugin.CheckRequest{Type: "random:index/randomPet:RandomPet"})
	if err == nil || !strings.Contains(err.Error(), "random:index/randomPet:RandomPet: not supported by the local plugin") {
		t.Errorf("%v", err)
	}
}
